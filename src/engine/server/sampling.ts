// SPDX-License-Identifier: Apache-2.0
import type { Sampling } from '../../contract';
import type { ServerKind } from './description';

/** Sampling settings of a question to a server. */
export interface ServerSampling extends Sampling {
  /** The answer ends before the first of these strings. */
  stop?: readonly string[] | undefined;
}

/** The names of top-k sampling, which OpenAI's protocol does not have, by server program. */
const TOP_K: Partial<Record<ServerKind, string>> = {
  'LM Studio': 'top_k',
  'llama.cpp': 'top_k',
  vLLM: 'top_k',
  SGLang: 'top_k',
};
const PENALTY: Partial<Record<ServerKind, string>> = {
  'LM Studio': 'repeat_penalty',
  'llama.cpp': 'repeat_penalty',
  vLLM: 'repetition_penalty',
  SGLang: 'repetition_penalty',
};
/** The value that means "all tokens": -1 for vLLM and SGLang, 0 for llama.cpp and LM Studio. */
const EVERY_TOKEN: Partial<Record<ServerKind, number>> = { vLLM: -1, SGLang: -1 };

/**
 * Sampling fields for chat completions. Only fields that the server knows are sent, because some servers refuse unknown
 * fields and others ignore them.
 * @returns also the settings that are not sent.
 */
export function openaiSampling(
  { temperature, topP, topK, repetitionPenalty, seed, maxNewTokens, stop = [] }: ServerSampling,
  kind: ServerKind,
): { fields: Record<string, unknown>; unsent: string[] } {
  const fields: Record<string, unknown> = { temperature, top_p: topP, seed, max_tokens: maxNewTokens };
  const unsent: string[] = [];
  const write = (name: string | undefined, value: unknown, ours: string, asked: boolean): void => {
    if (name !== undefined) fields[name] = value;
    else if (asked) unsent.push(ours);
  };
  write(TOP_K[kind], topK === 0 ? (EVERY_TOKEN[kind] ?? 0) : topK, 'topK', topK !== 0);
  write(PENALTY[kind], repetitionPenalty, 'repetitionPenalty', repetitionPenalty !== 1);
  // transformers refuses these two fields; it reports the usage without being asked.
  const isTransformers = kind === 'transformers';
  if (stop.length > 0) write(isTransformers ? undefined : 'stop', stop, 'stop', true);
  if (!isTransformers) fields.stream_options = { include_usage: true };
  return { fields, unsent };
}

/**
 * Sampling options for Ollama. All are sent, because a missing one takes the model file's value (top 40, a penalty of
 * 1.1).
 */
export const ollamaSampling = ({
  temperature,
  topP,
  topK,
  repetitionPenalty,
  seed,
  maxNewTokens,
  stop = [],
}: ServerSampling): Record<string, unknown> => ({
  temperature,
  top_p: topP,
  top_k: topK,
  repeat_penalty: repetitionPenalty,
  seed,
  num_predict: maxNewTokens,
  ...(stop.length > 0 && { stop }),
});
