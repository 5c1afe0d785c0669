import type { Precision } from '../../model';
import { OURS } from './subject';

/** What is compared between programs. */
export const COMPARED = ['decode', 'prefill', 'vision'] as const;
export type Compared = (typeof COMPARED)[number];

/** Where the models lie that are measured. */
export interface Models {
  /** Compiled by Zoetrope. */
  ours: string;
}

/** Programs that Zoetrope can be measured against; itself among them, with other weights. */
export const PROGRAMS = ['zoetrope'] as const;
export type Program = (typeof PROGRAMS)[number];

/** A program and its settings that can be measured. */
export interface Entrant {
  name: string;
  program: Program;
  /** `OURS` or the adapter's file name among the peers. */
  adapter: string;
  settings: (models: Models, threads: number) => object;
  /** What it is measured in, and up to how many positions: beyond, it needs more memory or minutes than it would teach. */
  reach: Partial<Record<Compared, number>>;
}

const ours = (precision: Precision) => ({ ours: folder }: Models, threads: number) => ({ folder, precision, threads });

/** What all others are compared with. */
export const ZOETROPE: Entrant = {
  name: 'Zoetrope w8a8',
  program: 'zoetrope',
  adapter: OURS,
  settings: ours('w8a8'),
  reach: { decode: Infinity, prefill: Infinity, vision: Infinity },
};

export const RIVALS: readonly Entrant[] = [
  { name: 'Zoetrope w4', program: 'zoetrope', adapter: OURS, settings: ours('w4'), reach: { decode: 4096, prefill: 2048 } },
];
