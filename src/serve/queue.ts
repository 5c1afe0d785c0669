// SPDX-License-Identifier: Apache-2.0
import { cancelled, say } from '../contract';
import { Refusal } from './refusal';

/** Seconds after which a client may try again when the queue is full. */
const RETRY_SECONDS = 5;

/** A place in the queue, held from before a request is read until it is answered. */
export interface Place {
  /** Waits until all that were ready earlier have left. @throws cancelled, at once. */
  turn: (signal: AbortSignal) => Promise<void>;
  leave: () => void;
}

/** Lets one question run at a time, and a limited number wait. */
export class Queue {
  #held = 0;
  #running: object | undefined;
  readonly #ready: { place: object; go: () => void }[] = [];

  /** @param waiting how many may wait besides the one that runs. */
  constructor(private readonly waiting: number) {}

  /** @throws Refusal 429 when the queue is full. */
  enter(): Place {
    if (this.#held > this.waiting) throw busy();
    this.#held += 1;
    const place = {};
    let left = false;
    return {
      turn: (signal) => this.#turn(place, signal),
      leave: () => {
        if (left) return;
        left = true;
        this.#held -= 1;
        if (this.#running !== place) return;
        const next = this.#ready.shift();
        this.#running = next?.place;
        next?.go();
      },
    };
  }

  #turn(place: object, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(cancelled());
    if (this.#running === undefined) {
      this.#running = place;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        const at = this.#ready.findIndex((one) => one.place === place);
        if (at >= 0) this.#ready.splice(at, 1);
        reject(cancelled());
      };
      const go = (): void => {
        signal.removeEventListener('abort', stop);
        resolve();
      };
      signal.addEventListener('abort', stop, { once: true });
      this.#ready.push({ place, go });
    });
  }
}

/** The refusal of what would exceed what is held at once. */
export const busy = (): Refusal =>
  new Refusal(429, say`Too many questions are waiting already.`, say`Ask again in a few seconds.`, {
    name: 'queue_full',
    headers: { 'retry-after': String(RETRY_SECONDS) },
  });
