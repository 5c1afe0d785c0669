// SPDX-License-Identifier: Apache-2.0
/** The operations of anything that is measured. Each subject runs in a process of its own. */
export interface Subject {
  /** Clears the cache, then prefills a prompt of `positions` tokens. */
  read(positions: number): Promise<void>;
  /** Fills the cache with `positions` tokens in the cheapest way that has the same result as `read`. */
  fill(positions: number): Promise<void>;
  /** Drops all but the first `positions` positions. */
  rewind(positions: number): Promise<void>;
  /** Prefills `positions` more tokens after those in the cache. */
  extend(positions: number): Promise<void>;
  /** Decodes `tokens` tokens, one by one, greedily. */
  write(tokens: number): Promise<void>;
  /** Encodes one picture. */
  look(): Promise<void>;
}

/** Further operations that a subject may support. */
export type Operations = Partial<Subject> & Record<string, ((...args: never[]) => Promise<unknown>) | undefined>;

/** The adapter that is built in; all others are files that export `open`. */
export const OURS = 'ours';

/** Prepares a subject for measurements. */
export type Open = (settings: never) => Promise<Operations>;

/** A request to a subject's process, and its answer. */
export type SubjectRequest =
  | { id: number; open: { adapter: string; settings: object } }
  | { id: number; operation: string; args: readonly unknown[] };

export interface Timed<T = unknown> {
  value: T;
  /** Milliseconds of wall time and of CPU time. */
  ms: number;
  cpuMs: number;
  /** Peak memory of the process, in bytes. */
  peakBytes: number;
}

export type SubjectReply = { id: number } & ({ ok: true; timed: Timed } | { ok: false; error: string });
