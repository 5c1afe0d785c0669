// SPDX-License-Identifier: Apache-2.0
/** What can be asked of anything that is measured. Each runs in a process of its own. */
export interface Subject {
  /** Forgets everything, then reads a prompt of `positions` tokens. */
  read(positions: number): Promise<void>;
  /** Gets to hold `positions` tokens of past by the cheapest way that leaves it as after `read`. */
  fill(positions: number): Promise<void>;
  /** Forgets all but the first `positions`. */
  rewind(positions: number): Promise<void>;
  /** Reads `positions` more tokens after those it holds. */
  extend(positions: number): Promise<void>;
  /** Writes `tokens` tokens, one after the other, greedily. */
  write(tokens: number): Promise<void>;
  /** Looks at one picture. */
  look(): Promise<void>;
}

/** Other questions that a process may be able to answer. */
export type Operations = Partial<Subject> & Record<string, ((...args: never[]) => Promise<unknown>) | undefined>;

/** The adapter that is part of the program; all others are files that export `open`. */
export const OURS = 'ours';

/** Makes a subject ready to be measured. */
export type Open = (settings: never) => Promise<Operations>;

/** What is asked of a subject's process, and what it answers. */
export type SubjectRequest =
  | { id: number; open: { adapter: string; settings: object } }
  | { id: number; operation: string; args: readonly unknown[] };

export interface Timed<T = unknown> {
  value: T;
  /** Milliseconds of the wall clock and of all processors together. */
  ms: number;
  cpuMs: number;
  /** Most memory the process ever had, in bytes. */
  peakBytes: number;
}

export type SubjectReply = { id: number } & ({ ok: true; timed: Timed } | { ok: false; error: string });
