// SPDX-License-Identifier: Apache-2.0
import { cancelled, throwIfCancelled } from '../../contract';
import { ServerError } from './failure';

export interface PoolOptions {
  /** Questions to one server at once. */
  concurrency?: number | undefined;
  /** How often one question is asked again when the server named a time to come back. */
  busyRetries?: number | undefined;
  /** The longest such time that is waited for, in milliseconds. */
  longestWait?: number | undefined;
}

interface Waiting {
  start: () => void;
  group: string;
}

/** Pause of everybody after a server said it has too much to do without saying for how long, in milliseconds. */
const BACK_OFF = 1000;
/** Answers in a row after which one more question is sent at once again. */
const RECOVERY = 8;

/**
 * Questions to one server: a few at once, the others in turn. A server that has too much to do (429, 503) is left alone
 * for as long as it says, and gets half as many at once from then on, then slowly more again. A question that it turned
 * away is asked again only where it named a time, so that nothing is paid for twice.
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
  /** Those who wait, by group: groups take turns, so that a run of thousands does not keep a single question waiting. */
  readonly #waiting = new Map<string, Waiting[]>();

  constructor({ concurrency = 1, busyRetries = 3, longestWait = 60_000 }: PoolOptions = {}) {
    this.#most = Math.max(1, Math.floor(concurrency));
    this.#allowed = this.#most;
    this.#retries = busyRetries;
    this.#longestWait = longestWait;
  }

  /** How many may run at once now. */
  get allowed(): number {
    return this.#allowed;
  }

  /**
   * @param group who asks: a run, a conversation. @param job asks once.
   * @throws what the job throws; cancelled, at once while it waits.
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

  /** @param first one that was turned away goes before those who have not been asked. */
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
      this.#waiting.delete(group); // to the end of the turns
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

  /** @returns how long the server asked to be left alone, if it did. */
  #heardBusy(error: unknown): number | undefined {
    if (!(error instanceof ServerError) || error.code !== 'server-busy') return undefined;
    const { retryAfterMs } = error.facts;
    const now = performance.now();
    // Those that were under way together are told together: that is one sign, not several.
    if (now >= this.#quietUntil) this.#allowed = Math.max(1, Math.floor(this.#allowed / 2));
    this.#inARow = 0;
    const pause = Math.min(retryAfterMs ?? BACK_OFF, this.#longestWait);
    this.#quietUntil = Math.max(this.#quietUntil, now + pause);
    return error.facts.soFar ? undefined : retryAfterMs;
  }
}
