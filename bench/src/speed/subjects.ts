// SPDX-License-Identifier: Apache-2.0
import type { Precision } from '../../../src/model';
import type { Shape } from './shapes';
import { OURS } from './subject';
import type { Models } from './work';

/** The operations that are compared between programs. */
export const COMPARED = ['decode', 'prefill', 'vision'] as const;
export type Compared = (typeof COMPARED)[number];

/** Programs that Zoetrope can be compared with, including itself with other weight formats. */
export const PROGRAMS = ['zoetrope', 'plain', 'transformers.js', 'llama.cpp'] as const;
export type Program = (typeof PROGRAMS)[number];

/** What an entrant is started with. */
export interface Setting {
  models: Models;
  shape: Shape;
  threads: number;
  /** Most positions that it has to hold. */
  positions: number;
}

/** A program, with its settings, that can be measured. */
export interface Entrant {
  name: string;
  program: Program;
  /** `OURS`, or the file name of the adapter among the peers. */
  adapter: string;
  /** The package it needs, if it is not a dependency of the app. */
  needs?: string;
  settings: (setting: Setting) => object;
  /** Which operations are measured, and up to how many positions; more would take too much memory or time. */
  reach: Partial<Record<Compared, number>>;
}

const ours =
  (precision: Precision) =>
  ({ models, threads }: Setting) => ({ folder: models.ours, precision, threads });

const sizes = ({ config: { text, vision, imageToken } }: Shape) => ({
  hidden: text.hidden,
  layers: text.layers,
  heads: text.heads,
  words: imageToken,
  side: vision.side,
});

/** The reference for all comparisons. */
export const ZOETROPE: Entrant = {
  name: 'Zoetrope w8w4',
  program: 'zoetrope',
  adapter: OURS,
  settings: ours('w8w4'),
  reach: { decode: Infinity, prefill: Infinity, vision: Infinity },
};

const PLAIN = { program: 'plain', adapter: 'plain-export.mjs' } as const;
const TRANSFORMERS = {
  program: 'transformers.js',
  adapter: 'transformers-js.mjs',
  needs: '@huggingface/transformers',
} as const;
const LLAMA = { program: 'llama.cpp', adapter: 'llama-cpp.mjs', needs: 'node-llama-cpp' } as const;

export const RIVALS: readonly Entrant[] = [
  { name: 'Zoetrope w8a8', program: 'zoetrope', adapter: OURS, settings: ours('w8a8'), reach: { decode: 4096 } },
  {
    name: 'Zoetrope w4',
    program: 'zoetrope',
    adapter: OURS,
    settings: ours('w4'),
    reach: { decode: 4096, prefill: 2048 },
  },
  {
    ...PLAIN,
    name: 'plain export q4',
    settings: ({ models, shape, threads }) => ({
      folder: models.published,
      decoder: 'decoder_model_merged_q4',
      threads,
      ...sizes(shape),
    }),
    reach: { decode: 12_000, prefill: 2048 }, // attention grows quadratically: 12,000 tokens would take 9 GB per layer
  },
  {
    ...PLAIN,
    name: 'plain export fp32',
    settings: ({ models, shape, threads }) => ({
      folder: models.published,
      decoder: 'decoder_model_merged',
      threads,
      ...sizes(shape),
    }),
    reach: { decode: 512, prefill: 2048, vision: Infinity },
  },
  {
    ...TRANSFORMERS,
    name: 'transformers.js q4',
    settings: ({ models, shape, threads }) => ({ folder: models.published, dtype: 'q4', threads, ...sizes(shape) }),
    reach: { decode: 12_000, prefill: 512, vision: Infinity },
  },
  ...(['q4_0', 'q8_0'] as const).map((format): Entrant => ({
    ...LLAMA,
    name: `llama.cpp ${format.toUpperCase()}`,
    settings: ({ models, shape, threads, positions }) => ({
      file: models.gguf?.[format],
      threads,
      positions,
      ...sizes(shape),
    }),
    reach: { decode: 4096, prefill: 2048 },
  })),
];
