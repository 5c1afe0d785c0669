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

/** Who is told of what happens to the engine. */
export interface EngineNews {
  status(status: EngineStatus): void;
  crash(reason: Sentence): void;
  /** This model stopped the engine; another one takes its place, null for the bundled one. */
  replaced(folder: string, by: string | null): void;
  /** This device failed at work; the processor goes on. */
  fallBack(failed: Device): void;
}

/** Restarts allowed within a minute before giving up: a model that kills the engine at once must not loop. */
const RESTARTS_PER_MINUTE = 4;

/** Milliseconds after a stop: then whoever asked is let go, and then a model that still runs is ended with its engine. */
const LET_GO = 2000;
const NO_STOP = 15_000;

/** Characters of what the engine writes last that may say why it ends. */
const LAST_WORDS = 4000;

const keepsStopping = (detail?: string): ZoetropeError =>
  new ZoetropeError(
    'engine-crashed',
    say`The model engine keeps stopping.`,
    say`Choose another model in Settings, or restart Zoetrope. Your project is saved.`,
    detail,
  );

/**
 * Starts the engine's process, watches it and starts it again when it dies, loading the same model; where that was
 * still being loaded, the one in use before. One that no longer answers is ended first, and its model is taken for the
 * cause: the one before comes back, or the bundled one. A call under way when it dies fails with `engine-crashed`; the
 * window and everything saved are untouched. After too many deaths it rests until a model is loaded.
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
  /** What the engine holds; the one before it goes only when there is memory for the next. */
  #inUse: { request: EngineRequest<'model.load'>; info: ModelInfo } | undefined;
  /** What was in use before that. */
  #before: EngineRequest<'model.load'> | undefined;
  #loads = 0;
  #watch: EngineWatch | undefined;
  /** What it was told last. */
  #limits: MemoryLimits = { all: null, caches: null };
  /** The user asked this process for more than its limits. */
  #beyond = false;
  /** Why the process is being ended by us. */
  #ending: ZoetropeError | undefined;
  /** Settles when a model is in use again after the last death, or none can be. */
  #restored: Promise<void> = Promise.resolve();

  constructor(
    /** Folder of the picture store, shared with the media scheme. */
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
        setImmediate(() => this.#died(child, code, said)); // after its last words
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

  /** Ends a process that no longer answers: it would hear nothing gentler. */
  #end(child: UtilityProcess, reason: ZoetropeError): void {
    if (child !== this.#process || child.pid === undefined) return;
    this.#ending ??= reason;
    try {
      process.kill(child.pid, 'SIGKILL');
    } catch {
      // it has just ended by itself
    }
  }

  /** Ends the engine; used when the app quits. */
  close(): void {
    this.#closing = true;
    this.#watch?.stop();
    this.#process?.kill();
  }

  /**
   * Loads a model where it runs best, or where the user wants it, and remembers it for restarts.
   * @param options.again tries the devices once more.
   * @param options.anyway loads also what is larger than the free memory.
   * @throws model-*, wont-fit (the one in use stays), engine-crashed (the one in use comes back), cancelled where
   *   another was chosen meanwhile.
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
    // The first time nobody waits for the trials: the processor is ready at once, and what is faster takes over.
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
        await this.#restored; // so that the caller finds what is in use now
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

  /** The device failed and the engine went on with the same model on the processor: so it stays. */
  fellBack(model: ModelInfo): void {
    const failed = this.#model?.device.used;
    if (this.#model) this.#model = { ...this.#model, device: model.device };
    this.#setStatus({ state: 'ready', model });
    this.tell.fallBack(failed ?? 'cpu');
    if (failed !== undefined) void this.devices.distrust(model.folder, failed, 'failed at work');
  }

  /**
   * Asks the engine. What it answers is checked against the table, events too.
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
        // Whoever asked cannot take the answer: a full disk, say.
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
    // Its driver may well be what took the engine down.
    if (model && used !== 'cpu') void this.devices.distrust(model.folder, used, death.detail ?? death.message);
    const inUse = this.#inUse?.request;
    this.#inUse = undefined;
    this.#restored = Promise.resolve();
    if (tooMany) return this.#setStatus({ state: 'failed', error: death.toInfo() });
    this.tell.crash(death.said.message);
    this.start();
    this.#goOn(afterDeath({ model, inUse, before: this.#before, lost, ended: ended !== undefined }), death);
  }

  /** Every call under way fails. @returns their names. */
  #failAll(error: ZoetropeError): EngineCall[] {
    const lost = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of lost) pending.reject(error);
    return lost.map(({ name }) => name);
  }

  /** Loads what comes after a death into the new process. */
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
    // A failure to load is shown by the status it sets.
    this.#restored = this.#loadOn({ ...next, limits: this.settings().memory }, (status) =>
      this.#setStatus(status),
    ).catch(() => undefined);
  }

  #setStatus(status: EngineStatus): void {
    this.#status = status;
    this.tell.status(status);
  }
}
