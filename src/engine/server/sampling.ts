// SPDX-License-Identifier: Apache-2.0
import type { Sampling, ServerKind } from '../../contract';

/** What a question to a server may also say. */
export interface ServerSampling extends Sampling {
  /** The answer ends before any of these. */
  stop?: readonly string[] | undefined;
}

/** Names of what OpenAI's protocol does not have, by who knows them. */
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
/** vLLM and SGLang mean all tokens by -1, llama.cpp and LM Studio by 0. */
const EVERY_TOKEN: Partial<Record<ServerKind, number>> = { vLLM: -1, SGLang: -1 };

/**
 * Sampling for chat completions, only what the server knows: some refuse what they do not, others ignore it.
 * @returns also what was asked for and is not sent.
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
  // transformers fails on the first and refused the second until lately; it tells of the usage by itself.
  const isTransformers = kind === 'transformers';
  if (stop.length > 0) write(isTransformers ? undefined : 'stop', stop, 'stop', true);
  if (!isTransformers) fields.stream_options = { include_usage: true };
  return { fields, unsent };
}

/** For Ollama. Everything is said: what is left out would be the model file's (top 40, a penalty of 1.1). */
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
