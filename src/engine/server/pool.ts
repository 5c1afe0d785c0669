// SPDX-License-Identifier: Apache-2.0
import { cancelled, throwIfCancelled } from '../../contract';
import { ServerError } from './failure';

export interface PoolOptions {
  /** Number of questions to one server at once. */
  concurrency?: number | undefined;
  /** How often a question is sent again if the server named a time to come back. */
  busyRetries?: number | undefined;
  /** The longest such wait, in milliseconds. If the server asks for longer, the question is not sent again. */
  longestWait?: number | undefined;
}

interface Waiting {
  start: () => void;
  group: string;
}

/** How long all questions pause, in milliseconds, after a server said that it is busy without naming a time. */
const BACK_OFF = 1000;
/** Number of successful answers in a row after which one more question may run at once. */
const RECOVERY = 8;

/**
 * A queue of questions to one server: a few run at once, the others wait. If the server is busy (429, 503), nothing is
 * sent for as long as it asks; after that only half as many run at once, and the number then slowly rises. A rejected
 * question is sent again only if the server named a time, so that nothing is paid for twice.
 */
export class Pool {
  readonly #most: number;
  readonly #retries: number;
  readonly #longestWait: number;
  #allowed: number;
  #running = 0;
  #quietUntil = 0;
  #inARow = 0;
  #wake: NodeJS.Timeout | undefined;
  /** Waiting questions by group. Groups take turns, so that a run of thousands does not delay a single question. */
  readonly #waiting = new Map<string, Waiting[]>();

  constructor({ concurrency = 1, busyRetries = 3, longestWait = 60_000 }: PoolOptions = {}) {
    this.#most = Math.max(1, Math.floor(concurrency));
    this.#allowed = this.#most;
    this.#retries = busyRetries;
    this.#longestWait = longestWait;
  }

  /** How many questions may run at once now. */
  get allowed(): number {
    return this.#allowed;
  }

  /**
   * @param group who asks: a run or a conversation. @param job asks once.
   * @throws the error of the job; cancelled, at once while it waits.
   */
  async run<T>(
    job: () => Promise<T>,
    { signal, group = '' }: { signal?: AbortSignal | undefined; group?: string } = {},
  ): Promise<T> {
    for (let tried = 0; ; tried++) {
      await this.#turn(group, signal, tried > 0);
      try {
        throwIfCancelled(signal);
        const result = await job();
        this.#wentWell();
        return result;
      } catch (error) {
        const wait = this.#heardBusy(error);
        const again = wait !== undefined && wait <= this.#longestWait && tried < this.#retries;
        if (!again) throw error;
      } finally {
        this.#running -= 1;
        this.#next();
      }
    }
  }

  /** Waits until a question may run. @param first a rejected question goes before those that were not sent yet. */
  #turn(group: string, signal: AbortSignal | undefined, first: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(cancelled());
      const queue = this.#waiting.get(group) ?? [];
      const waiting: Waiting = {
        group,
        start: () => {
          signal?.removeEventListener('abort', leave);
          resolve();
        },
      };
      const leave = (): void => {
        this.#remove(waiting);
        reject(cancelled());
      };
      if (first) queue.unshift(waiting);
      else queue.push(waiting);
      this.#waiting.set(group, queue);
      signal?.addEventListener('abort', leave, { once: true });
      this.#next();
    });
  }

  #remove(waiting: Waiting): void {
    const queue = this.#waiting.get(waiting.group) ?? [];
    const rest = queue.filter((other) => other !== waiting);
    if (rest.length === 0) this.#waiting.delete(waiting.group);
    else this.#waiting.set(waiting.group, rest);
  }

  #next(): void {
    const quiet = this.#quietUntil - performance.now();
    clearTimeout(this.#wake);
    if (quiet > 0) {
      if (this.#waiting.size > 0) this.#wake = setTimeout(() => this.#next(), Math.ceil(quiet));
      return;
    }
    while (this.#running < this.#allowed) {
      const [group, queue] = this.#waiting.entries().next().value ?? [];
      if (group === undefined || !queue) return;
      const waiting = queue.shift()!;
      this.#waiting.delete(group); // the group moves to the end of the queue
      if (queue.length > 0) this.#waiting.set(group, queue);
      this.#running += 1;
      waiting.start();
    }
  }

  #wentWell(): void {
    this.#inARow += 1;
    if (this.#inARow < RECOVERY || this.#allowed >= this.#most) return;
    this.#inARow = 0;
    this.#allowed += 1;
  }

  /** @returns the wait that the server asked for, if any. */
  #heardBusy(error: unknown): number | undefined {
    if (!(error instanceof ServerError) || error.code !== 'server-busy') return undefined;
    const { retryAfterMs } = error.facts;
    const now = performance.now();
    // Questions that ran at the same time are rejected together. That counts as one sign of overload, not several.
    if (now >= this.#quietUntil) this.#allowed = Math.max(1, Math.floor(this.#allowed / 2));
    this.#inARow = 0;
    const pause = Math.min(retryAfterMs ?? BACK_OFF, this.#longestWait);
    this.#quietUntil = Math.max(this.#quietUntil, now + pause);
    return error.facts.soFar ? undefined : retryAfterMs;
  }
}
