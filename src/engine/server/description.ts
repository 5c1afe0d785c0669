// SPDX-License-Identifier: Apache-2.0
/** Programs that are told apart; each has its own ways beside the common protocol. */
export const SERVER_KINDS = ['Ollama', 'LM Studio', 'llama.cpp', 'vLLM', 'SGLang', 'transformers', 'other'] as const;
export type ServerKind = (typeof SERVER_KINDS)[number];

/** A model as its server tells of it. What the server does not say is null, never guessed. */
export interface ServerModel {
  id: string;
  /** Whether it takes pictures. */
  pictures: boolean | null;
  /** Tokens that a prompt and its answer may have together, as it is run now where that is known. */
  context: number | null;
  /** Tokens that the model itself could hold. */
  longestContext: number | null;
  /** Of Ollama: whether its prompt is made by a renderer (see `ollamaMessages`). */
  hasRenderer?: boolean;
}

/** What answers at an address. */
export interface ServerDescription {
  kind: ServerKind;
  version: string | null;
  /** Without models that only embed. */
  models: ServerModel[];
}
