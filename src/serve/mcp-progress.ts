// SPDX-License-Identifier: Apache-2.0
import { paced, STEP_WORDS, type OnProgress } from '../contract';

/** Milliseconds between two notifications of the same step. */
const PACE = 250;

/** Tells a client that asked for it how far its call is. Each notification counts one more, as the protocol demands. */
export class McpProgress {
  readonly step: OnProgress;
  #told = 0;
  #pieces = 0;
  #last = -Infinity;

  constructor(private readonly send: (progress: number, message: string) => void) {
    this.step = paced(({ step, done, total }) => {
      const share = total > 0 ? ` ${Math.round((100 * done) / total)} %` : '';
      this.#tell(`${STEP_WORDS[step]}${share}`);
    }, PACE);
  }

  /** A piece of the answer was decoded. */
  piece(): void {
    this.#pieces += 1;
    if (performance.now() - this.#last >= PACE) this.#tell(`answering, ${this.#pieces} pieces of text so far`);
  }

  #tell(message: string): void {
    this.#last = performance.now();
    this.send(++this.#told, message);
  }
}
