// SPDX-License-Identifier: Apache-2.0
import { utilityProcess, type UtilityProcess } from 'electron';
import { join } from 'node:path';
import {
  callOf,
  cancelled,
  say,
  toErrorInfo,
  ZoetropeError,
  type AnswerOf,
  type Device,
  type DeviceUse,
  type EngineCall,
  type EngineInbound,
  type EngineOutbound,
  type EngineRequest,
  type EngineStatus,
  type EventOf,
  type MemoryLimits,
  type ModelInfo,
  type ModelNeeds,
  type Sentence,
  type Settings,
} from '../contract';
import { untried, type Devices } from '../engine';
import { endsWithUs, HEAP_MEGABYTES } from '../lifetime';
import { afterDeath, type Succession } from './after-death';
import { engineDied } from './engine-death';
import { EngineWatch, MODEL_CALLS, stoppedAnswering } from './engine-watch';
import { childEnvironment } from './environment';
import { log } from './log';

interface Pending {
  name: EngineCall;
  resolve(value: unknown): void;
  reject(error: unknown): void;
  onEvent(event: unknown): void;
}

/** Receives notices about the engine. */
export interface EngineNews {
  status(status: EngineStatus): void;
  crash(reason: Sentence): void;
  /** A model made the engine stop and is replaced by another; null means the bundled model. */
  replaced(folder: string, by: string | null): void;
  /** A device failed while in use; the processor is used instead. */
  fallBack(failed: Device): void;
}

/**
 * Restarts allowed within a minute before giving up, because a model that crashes the engine at once must not cause an
 * endless loop.
 */
const RESTARTS_PER_MINUTE = 4;

/** Milliseconds after a stop: first the caller is released, later the engine is ended if its model is still running. */
const LET_GO = 2000;
const NO_STOP = 15_000;

/** Number of characters of the engine's last output that are kept to find out why it ended. */
const LAST_WORDS = 4000;

const keepsStopping = (detail?: string): ZoetropeError =>
  new ZoetropeError(
    'engine-crashed',
    say`The model engine keeps stopping.`,
    say`Choose another model in Settings, or restart Zoetrope. Your project is saved.`,
    detail,
  );

/**
 * Starts the engine's process, watches it, and restarts it when it dies. After a restart the same model is loaded; if
 * it was still being loaded, the previous one. An engine that no longer answers is ended, and its model is assumed to
 * be the cause: the previous model is loaded, or the bundled one. A call in progress when the engine dies fails with
 * `engine-crashed`; the window and saved data are not affected. After too many deaths the engine is not restarted until
 * a model is loaded.
 */
export class EngineSupervisor {
  #process: UtilityProcess | undefined;
  #pending = new Map<number, Pending>();
  #ready: Promise<void> = Promise.resolve();
  #nextId = 1;
  #deaths: number[] = [];
  #closing = false;
  #status: EngineStatus = { state: 'starting' };
  #model: EngineRequest<'model.load'> | undefined;
  /** The loaded model. The previous one is unloaded only when there is memory for the next. */
  #inUse: { request: EngineRequest<'model.load'>; info: ModelInfo } | undefined;
  /** The model that was loaded before that. */
  #before: EngineRequest<'model.load'> | undefined;
  #loads = 0;
  #watch: EngineWatch | undefined;
  /** The limits that were last sent to the engine. */
  #limits: MemoryLimits = { all: null, caches: null };
  /** Whether the user asked this process to exceed its limits. */
  #beyond = false;
  /** The reason for which we are ending the process. */
  #ending: ZoetropeError | undefined;
  /** Settles when a model is loaded again after the last death, or when none can be. */
  #restored: Promise<void> = Promise.resolve();

  constructor(
    /** Folder of the picture store, shared with the media protocol. */
    private readonly pictures: string,
    /** Folder of playable copies. */
    private readonly previews: string,
    /** Folder of the bundled model. */
    private readonly bundled: string,
    private readonly devices: Devices,
    private readonly settings: () => Settings,
    private readonly tell: EngineNews,
  ) {}

  get status(): EngineStatus {
    return this.#status;
  }

  start(): void {
    const child = utilityProcess.fork(
      join(import.meta.dirname, 'engine.js'),
      ['--pictures', this.pictures, '--previews', this.previews],
      {
        serviceName: 'Zoetrope engine',
        stdio: 'pipe',
        env: childEnvironment(),
        execArgv: [`--js-flags=--max-old-space-size=${HEAP_MEGABYTES}`],
      },
    );
    this.#process = child;
    this.#ending = undefined;
    this.#beyond = false;
    child.once('spawn', () => {
      endsWithUs(child);
      this.#watchOver(child);
    });
    child.stdout?.on('data', (data) => log('engine', String(data)));
    let said = '';
    child.stderr?.on('data', (data) => {
      log('engine', String(data));
      said = `${said}${String(data)}`.slice(-LAST_WORDS);
    });
    this.#ready = new Promise((resolve) => {
      child.on('message', (message: EngineOutbound) => {
        this.#watch?.heard('id' in message && this.#runsModel(message.id));
        if (message.type === 'ready') resolve();
        else if (message.type !== 'pong') this.#receive(message);
      });
      child.once('exit', (code) => {
        resolve();
        setImmediate(() => this.#died(child, code, said)); // after its last output has been read
      });
    });
  }

  #runsModel(id: number): boolean {
    const name = this.#pending.get(id)?.name;
    return name !== undefined && MODEL_CALLS.has(name);
  }

  #watchOver(child: UtilityProcess): void {
    if (child.pid === undefined) return;
    this.#watch?.stop();
    this.#watch = new EngineWatch({
      pid: child.pid,
      ping: () => this.#send({ type: 'ping' }),
      limits: () => ({ ...this.#limits, anyway: this.#beyond }),
      modelAtWork: () => [...this.#pending.keys()].some((id) => this.#runsModel(id)),
      onHopeless: (reason) => this.#end(child, reason),
    });
  }

  /** Kills a process that no longer answers; it would not react to a gentler signal. */
  #end(child: UtilityProcess, reason: ZoetropeError): void {
    if (child !== this.#process || child.pid === undefined) return;
    this.#ending ??= reason;
    try {
      process.kill(child.pid, 'SIGKILL');
    } catch {
      // it has just ended by itself
    }
  }

  /** Ends the engine when the app quits. */
  close(): void {
    this.#closing = true;
    this.#watch?.stop();
    this.#process?.kill();
  }

  /**
   * Loads a model on the fastest device or on the one the user chose, and remembers it for restarts.
   * @param options.again try the devices again.
   * @param options.anyway load the model even if it needs more memory than is free.
   * @throws model-*, wont-fit (the model in use is kept), engine-crashed (the model in use is restored), cancelled if
   * another model was chosen meanwhile.
   */
  async load(folder: string, bundled: boolean, { again = false, anyway = false } = {}): Promise<void> {
    const mine = (this.#loads += 1);
    const wanted = (): boolean => mine === this.#loads;
    const tell = (status: EngineStatus): void => {
      if (wanted()) this.#setStatus(status);
    };
    tell({ state: 'loading', progress: null, needs: null });
    const { device: asked, precision, threads, memory: limits } = this.settings();
    const model = { folder, bundled, anyway, precision, threads, limits };
    const use = again
      ? await this.devices.use(folder, asked, { again, onTrying: (device) => tell({ state: 'trying', device }) })
      : await this.devices.known(folder, asked);
    if (!wanted()) throw cancelled();
    if (use) return this.#loadOn({ ...model, device: use }, tell);
    // The first time, the user does not wait for the trials: the model runs on the processor at once, and moves to a
    // faster device later.
    await this.#loadOn({ ...model, device: untried(asked) }, tell);
    void this.#tryBeside(model, asked, wanted, tell).catch((error: unknown) =>
      log('engine', toErrorInfo(error).message),
    );
  }

  async #tryBeside(
    model: Omit<EngineRequest<'model.load'>, 'device'>,
    asked: DeviceUse['asked'],
    wanted: () => boolean,
    tell: (status: EngineStatus) => void,
  ): Promise<void> {
    const use = await this.devices.use(model.folder, asked);
    if (!wanted() || this.#closing) return;
    if (use.used !== 'cpu') return this.#loadOn({ ...model, device: use }, tell);
    if (this.#model) this.#model = { ...this.#model, device: use };
    if (this.#status.state === 'ready') tell({ state: 'ready', model: { ...this.#status.model, device: use } });
  }

  async #loadOn(model: EngineRequest<'model.load'>, tell: (status: EngineStatus) => void): Promise<void> {
    if (!this.#process && !this.#closing) {
      this.#deaths = [];
      this.start();
    }
    this.#model = model;
    let needs: ModelNeeds | null = null;
    tell({ state: 'loading', progress: null, needs });
    try {
      const loaded = await this.call('model.load', model, (event) => {
        if (!('step' in event)) needs = event;
        tell({ state: 'loading', progress: 'step' in event ? event : null, needs });
      });
      if (this.#inUse && this.#inUse.request.folder !== model.folder) this.#before = this.#inUse.request;
      this.#inUse = { request: model, info: loaded };
      tell({ state: 'ready', model: loaded });
      if (loaded.device.used !== model.device.used) this.fellBack(loaded);
    } catch (error) {
      const info = toErrorInfo(error);
      if (info.code === 'engine-crashed') {
        await this.#restored; // so that the caller sees the model that is in use now
        throw error;
      }
      if (info.code === 'wont-fit' && this.#inUse) {
        this.#model = this.#inUse.request;
        tell({ state: 'ready', model: this.#inUse.info });
        throw error;
      }
      this.#inUse = undefined;
      tell({ state: 'failed', error: info });
      throw error;
    }
  }

  /**
   * To be called when the device failed and the engine continues with the same model on the processor. The model stays
   * there.
   */
  fellBack(model: ModelInfo): void {
    const failed = this.#model?.device.used;
    if (this.#model) this.#model = { ...this.#model, device: model.device };
    this.#setStatus({ state: 'ready', model });
    this.tell.fallBack(failed ?? 'cpu');
    if (failed !== undefined) void this.devices.distrust(model.folder, failed, 'failed at work');
  }

  /**
   * Calls the engine. Answers and events are checked against the table.
   * @throws what the engine throws; engine-crashed, cancelled.
   */
  async call<N extends EngineCall>(
    name: N,
    request: EngineRequest<N>,
    onEvent: (event: EventOf<N>) => void = () => undefined,
    signal?: AbortSignal,
  ): Promise<AnswerOf<N>> {
    if (signal?.aborted) throw cancelled();
    await this.#ready;
    const child = this.#process;
    if (!child) throw keepsStopping();
    const id = this.#nextId++;
    const late: NodeJS.Timeout[] = [];
    const onAbort = (): void => {
      this.#send({ type: 'cancel', id });
      late.push(setTimeout(() => this.#pending.get(id)?.reject(cancelled()), LET_GO));
      if (name === 'ask')
        setTimeout(() => this.#pending.has(id) && this.#end(child, stoppedAnswering(`${name} did not stop`)), NO_STOP);
    };
    const result = new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, { name, resolve, reject, onEvent: onEvent });
    });
    if (name === 'model.load') this.#limits = (request as EngineRequest<'model.load'>).limits;
    if (name === 'memory.limit') this.#limits = request as EngineRequest<'memory.limit'>;
    this.#beyond ||= typeof request === 'object' && 'anyway' in request && request.anyway === true;
    this.#send({ type: 'call', id, name, request });
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
    try {
      return callOf(name).answer.parse(await result) as AnswerOf<N>;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      late.forEach((timer) => clearTimeout(timer));
    }
  }

  #send(message: EngineInbound): void {
    this.#process?.postMessage(message);
  }

  #receive(message: Extract<EngineOutbound, { id: number }>): void {
    const pending = this.#pending.get(message.id);
    if (!pending) return;
    if (message.type === 'event') {
      try {
        return pending.onEvent(callOf(pending.name).event?.parse(message.event));
      } catch (error) {
        // The caller cannot handle the event, for example because the disk is full.
        this.#send({ type: 'cancel', id: message.id });
        this.#pending.delete(message.id);
        return pending.reject(error);
      }
    }
    this.#pending.delete(message.id);
    if (message.type === 'done') pending.resolve(message.value);
    else pending.reject(ZoetropeError.from(message.error));
  }

  #died(child: UtilityProcess, code: number, said: string): void {
    if (this.#closing || child !== this.#process) return;
    this.#watch?.stop();
    this.#process = undefined;
    const now = Date.now();
    this.#deaths = [...this.#deaths.filter((at) => now - at < 60_000), now];
    const tooMany = this.#deaths.length > RESTARTS_PER_MINUTE;
    const ended = this.#ending;
    const death = tooMany ? keepsStopping(`exit code ${code} ${said}`) : (ended ?? engineDied(code, said));
    log('engine', `died: ${death.detail}`);
    const lost = this.#failAll(death);
    const model = this.#model;
    const used = model?.device.used ?? 'cpu';
    // The driver of the device may be the cause.
    if (model && used !== 'cpu') void this.devices.distrust(model.folder, used, death.detail ?? death.message);
    const inUse = this.#inUse?.request;
    this.#inUse = undefined;
    this.#restored = Promise.resolve();
    if (tooMany) return this.#setStatus({ state: 'failed', error: death.toInfo() });
    this.tell.crash(death.said.message);
    this.start();
    this.#goOn(afterDeath({ model, inUse, before: this.#before, lost, ended: ended !== undefined }), death);
  }

  /** Rejects every call in progress. @returns their names. */
  #failAll(error: ZoetropeError): EngineCall[] {
    const lost = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of lost) pending.reject(error);
    return lost.map(({ name }) => name);
  }

  /** Loads the next model into the new process after a death. */
  #goOn({ next, onProcessor, bundled, replaced }: Succession, death: ZoetropeError): void {
    const model = this.#model;
    this.#model = next;
    if (model && replaced) this.tell.replaced(model.folder, next && !next.bundled ? next.folder : null);
    this.#setStatus(
      next || bundled
        ? { state: 'restarting', reason: death.said.message }
        : { state: 'failed', error: death.toInfo() },
    );
    if (bundled) this.#restored = this.load(this.bundled, true).catch(() => undefined);
    if (!next) return;
    if (model && onProcessor) this.tell.fallBack(model.device.used);
    // A failure to load is shown by the status.
    this.#restored = this.#loadOn({ ...next, limits: this.settings().memory }, (status) =>
      this.#setStatus(status),
    ).catch(() => undefined);
  }

  #setStatus(status: EngineStatus): void {
    this.#status = status;
    this.tell.status(status);
  }
}
