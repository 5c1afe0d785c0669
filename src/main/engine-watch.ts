// SPDX-License-Identifier: Apache-2.0
import { app } from 'electron';
import { totalmem } from 'node:os';
import { say, ZoetropeError, type EngineCall, type MemoryLimits, type Sentence } from '../contract';
import { Heartbeat } from '../lifetime';

/** Calls that run the model, and so can be hung by it. */
export const MODEL_CALLS: ReadonlySet<EngineCall> = new Set(['model.load', 'measure', 'ask']);

/** Seconds in which a model at work must tell of something: a part that was loaded, a run that was read, a word. */
const NEWS = 600;
/** Bytes that the engine may hold beyond what the user allows: itself, pictures in work. */
const BESIDE = 1 << 30;
/** Share of the machine's memory that the engine may hold where the user set no limit, or asked for more. */
const SHARE = 0.9;

const BACK = say`It has been started again and your conversation is kept. Ask again.`;
const ended = (message: Sentence, advice: Sentence, detail: string): ZoetropeError =>
  new ZoetropeError('engine-crashed', message, advice, detail);

/** The error of calls that were under way when the engine was ended for not answering. */
export const stoppedAnswering = (detail: string): ZoetropeError =>
  ended(say`The model engine did not respond and was stopped.`, BACK, detail);

export interface Engine {
  pid: number;
  /** Asks for an answer. */
  ping(): void;
  /** Its limits, and whether the user wanted to go beyond. */
  limits(): MemoryLimits & { anyway: boolean };
  /** Whether a call runs the model now. */
  modelAtWork(): boolean;
  /** It is to be ended, for this reason. */
  onHopeless(reason: ZoetropeError): void;
}

/**
 * Watches the engine's process: that its event loop turns, that a model at work comes on, and that its memory stays
 * within its limit. The heavy work runs off the event loop, so one that does not turn is hung.
 */
export class EngineWatch {
  readonly #heartbeat: Heartbeat;
  /** Seconds since the model at work told of something; time in which the machine slept is not among them. */
  #quiet = 0;

  constructor(private readonly engine: Engine) {
    this.#heartbeat = new Heartbeat({
      ask: () => this.#ask(),
      cpuSeconds: () => this.#metrics()?.cpu.cumulativeCPUUsage,
      onSilence: () => this.engine.onHopeless(stoppedAnswering('no answer to the heartbeat')),
    });
  }

  /** Anything came from the engine. @param ofModel it is about a call that runs the model. */
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
