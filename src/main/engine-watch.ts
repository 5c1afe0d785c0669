// SPDX-License-Identifier: Apache-2.0
import { app } from 'electron';
import { totalmem } from 'node:os';
import { say, ZoetropeError, type EngineCall, type MemoryLimits, type Sentence } from '../contract';
import { Heartbeat } from '../lifetime';

/** Calls that run the model and can therefore hang. */
export const MODEL_CALLS: ReadonlySet<EngineCall> = new Set(['model.load', 'measure', 'ask']);

/** Seconds within which a working model must report progress: a loaded part, a prefilled chunk, or a token. */
const NEWS = 600;
/** Bytes that the engine may use beyond the user's limit, for itself and for pictures in progress. */
const BESIDE = 1 << 30;
/** Largest share of the machine's memory for the engine if the user set no limit or asked to exceed it. */
const SHARE = 0.9;

const BACK = say`It has been started again and your conversation is kept. Ask again.`;
const ended = (message: Sentence, advice: Sentence, detail: string): ZoetropeError =>
  new ZoetropeError('engine-crashed', message, advice, detail);

/** The error of calls that were in progress when the engine was ended because it did not answer. */
export const stoppedAnswering = (detail: string): ZoetropeError =>
  ended(say`The model engine did not respond and was stopped.`, BACK, detail);

export interface Engine {
  pid: number;
  /** Requests an answer. */
  ping(): void;
  /** Its limits, and whether the user asked to exceed them. */
  limits(): MemoryLimits & { anyway: boolean };
  /** Whether a call is running the model. */
  modelAtWork(): boolean;
  /** Called when the engine must be ended, with the reason. */
  onHopeless(reason: ZoetropeError): void;
}

/**
 * Watches the engine's process: its event loop must respond, a working model must make progress, and its memory must
 * stay within the limit. The heavy work runs outside the event loop, so an event loop that does not respond is hung.
 */
export class EngineWatch {
  readonly #heartbeat: Heartbeat;
  /** Seconds since the working model last reported progress, without the time in which the machine slept. */
  #quiet = 0;

  constructor(private readonly engine: Engine) {
    this.#heartbeat = new Heartbeat({
      ask: () => this.#ask(),
      cpuSeconds: () => this.#metrics()?.cpu.cumulativeCPUUsage,
      onSilence: () => this.engine.onHopeless(stoppedAnswering('no answer to the heartbeat')),
    });
  }

  /**
   * To be called for every message from the engine. @param ofModel whether it belongs to a call that runs the model.
   */
  heard(ofModel: boolean): void {
    this.#heartbeat.answered();
    if (ofModel) this.#quiet = 0;
  }

  stop(): void {
    this.#heartbeat.stop();
  }

  #metrics(): Electron.ProcessMetric | undefined {
    return app.getAppMetrics().find(({ pid }) => pid === this.engine.pid);
  }

  #ask(): void {
    const { all, anyway } = this.engine.limits();
    const most = all === null || anyway ? SHARE * totalmem() : Math.min(all + BESIDE, SHARE * totalmem());
    const held = 1024 * (this.#metrics()?.memory.workingSetSize ?? 0);
    if (held > most)
      return this.#hopeless(
        ended(say`The model engine used more memory than it may and was stopped.`, BACK, `held ${held}, limit ${most}`),
      );
    this.#quiet = this.engine.modelAtWork() ? this.#quiet + 1 : 0;
    if (this.#quiet > NEWS) return this.#hopeless(stoppedAnswering('the model made no progress'));
    this.engine.ping();
  }

  #hopeless(reason: ZoetropeError): void {
    this.stop();
    this.engine.onHopeless(reason);
  }
}
