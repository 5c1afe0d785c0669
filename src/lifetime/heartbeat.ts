// SPDX-License-Identifier: Apache-2.0
/** Milliseconds between two pings. */
const BEAT = 1000;
/** If a beat is later than this, the watching process itself slept or was not scheduled, so silence proves nothing. */
const LATE = 2.5 * BEAT;
/**
 * A process is hung after this many beats without an answer, if it used `COMPUTED` seconds of processor time meanwhile.
 * The longest single step, reading a vocabulary of 150,000 words, takes one second.
 */
const PATIENCE = 6;
const COMPUTED = 3;
/**
 * Beats without an answer after which a process is hung in any case. With fewer it may be waiting for a disk, for
 * swapped memory, or for processor time.
 */
const ENOUGH = 40;

export interface Watched {
  /** Asks the other process to answer. */
  ask(): void;
  /** Seconds of processor time it has used so far. Undefined if it cannot be determined. */
  cpuSeconds(): number | undefined;
  /** Called once when the process is hung. Watching then ends. */
  onSilence(): void;
}

/**
 * Detects a process that no longer answers: after 6 seconds if it computes, after 40 if it barely runs. Time in which
 * the watching process did not run either is not counted.
 */
export class Heartbeat {
  readonly #timer: NodeJS.Timeout;
  #silent = 0;
  #answered = true;
  #last = performance.now();
  /** Processor time at its last answer. */
  #cpu: number | undefined;

  constructor(private readonly watched: Watched) {
    this.#timer = setInterval(() => this.#beat(), BEAT);
    this.#timer.unref();
  }

  /** To be called for every message from the other process. */
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
