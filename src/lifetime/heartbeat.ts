// SPDX-License-Identifier: Apache-2.0
/** Milliseconds between two questions. */
const BEAT = 1000;
/** A beat that comes so late says that this process itself slept or had no turn: nothing follows from silence then. */
const LATE = 2.5 * BEAT;
/** Beats without an answer, and seconds of processor time used meanwhile, after which a process is hung. The longest step of ours, reading a vocabulary of 150,000 words, takes one second. */
const PATIENCE = 6;
const COMPUTED = 3;
/** Beats without an answer, whatever it uses: it may wait for a disk, for memory to be read back, or for its turn. */
const ENOUGH = 40;

export interface Watched {
  /** Asks the other process to answer. */
  ask(): void;
  /** Seconds of processor time it has used so far; undefined where it cannot be told. */
  cpuSeconds(): number | undefined;
  /** Called once, after which nothing more is asked. */
  onSilence(): void;
}

/**
 * Notices a process that no longer answers: after 6 seconds if it computes, after 40 if it barely runs.
 * Time in which the watching process did not run either does not count.
 */
export class Heartbeat {
  readonly #timer: NodeJS.Timeout;
  #silent = 0;
  #answered = true;
  #last = performance.now();
  /** Processor time when it answered last. */
  #cpu: number | undefined;

  constructor(private readonly watched: Watched) {
    this.#timer = setInterval(() => this.#beat(), BEAT);
    this.#timer.unref();
  }

  /** Anything at all came from the other. */
  answered(): void {
    this.#answered = true;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    const now = performance.now();
    const cpu = this.watched.cpuSeconds();
    if (this.#answered || now - this.#last > LATE) {
      this.#silent = 0;
      this.#cpu = cpu;
    } else this.#silent += 1;
    this.#last = now;
    const computed = (cpu ?? 0) - (this.#cpu ?? cpu ?? 0);
    if (this.#silent >= ENOUGH || (this.#silent >= PATIENCE && computed >= COMPUTED)) {
      this.stop();
      return this.watched.onSilence();
    }
    this.#answered = false;
    this.watched.ask();
  }
}
