// SPDX-License-Identifier: Apache-2.0
/** The server programs that are distinguished. Each differs from the common protocol in some way. */
export const SERVER_KINDS = ['Ollama', 'LM Studio', 'llama.cpp', 'vLLM', 'SGLang', 'transformers', 'other'] as const;
export type ServerKind = (typeof SERVER_KINDS)[number];

/** A model as described by its server. Properties that the server does not report are null, never guessed. */
export interface ServerModel {
  id: string;
  /** Whether the model accepts pictures. */
  pictures: boolean | null;
  /** Tokens for a prompt and its answer together; the limit of the running instance if that is known. */
  context: number | null;
  /** Tokens that the model itself supports. */
  longestContext: number | null;
  /** Ollama only: whether the prompt is made by a renderer (see `ollamaMessages`). */
  hasRenderer?: boolean;
}

/** A description of the server at an address. */
export interface ServerDescription {
  kind: ServerKind;
  version: string | null;
  /** All models except embedding models. */
  models: ServerModel[];
}
