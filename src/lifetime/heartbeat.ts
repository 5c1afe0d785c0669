/** Milliseconds between two questions. */
const BEAT = 1000;
/** A beat that comes so late says that this process itself slept or had no turn: nothing follows from silence then. */
const LATE = 2.5 * BEAT;
/** Beats without an answer, of a process that computes. The longest step of ours, reading a vocabulary of 150,000 words, takes one second. */
const PATIENCE = 6;
/** What a beat counts where the other barely runs: it waits for a disk, for memory to be read back, or for its turn. */
const WAITING = 0.15;
/** A share of a core, above which it computes. */
const COMPUTES = 0.7;

export interface Watched {
  /** Asks the other process to answer. */
  ask(): void;
  /** Seconds of processor time it has used so far; undefined where it cannot be told. */
  cpuSeconds(): number | undefined;
  /** Called once, after which nothing more is asked. */
  onSilence(): void;
}

/**
 * Notices a process that no longer answers: after 6 seconds if it computes all the while, after 40 if it barely runs.
 * Time in which the watching process did not run either does not count.
 */
export class Heartbeat {
  readonly #timer: NodeJS.Timeout;
  #silent = 0;
  #answered = true;
  #last = performance.now();
  #cpu: number | undefined;

  constructor(private readonly watched: Watched) {
    this.#cpu = watched.cpuSeconds();
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
    const elapsed = now - this.#last;
    const cpu = this.watched.cpuSeconds();
    const computes = cpu !== undefined && this.#cpu !== undefined && (cpu - this.#cpu) * 1000 > COMPUTES * elapsed;
    this.#last = now;
    this.#cpu = cpu;
    if (this.#answered || elapsed > LATE) this.#silent = 0;
    else this.#silent += computes ? 1 : WAITING;
    if (this.#silent >= PATIENCE) {
      this.stop();
      return this.watched.onSilence();
    }
    this.#answered = false;
    this.watched.ask();
  }
}
