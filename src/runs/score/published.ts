// SPDX-License-Identifier: Apache-2.0
/** The models whose scores are published, in the order of `PUBLISHED`. */
export const PUBLISHED_MODELS = ['0.5B', '7B', '14B'] as const;

/** Scores of LLaVA-NeXT-Interleave in per cent, from the tables of its paper. */
export const PUBLISHED: Readonly<Record<string, readonly [number, number, number]>> = {
  'in-domain average': [43.9, 58.6, 62.3],
  'multi-view average': [53.0, 58.2, 59.2],
  ScanQA: [29.3, 32.2, 34.5],
};

export const PUBLISHED_SOURCE = 'LLaVA-NeXT-Interleave, arXiv:2407.07895';
