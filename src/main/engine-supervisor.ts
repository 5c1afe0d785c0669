import { utilityProcess, type UtilityProcess } from 'electron';
import { join } from 'node:path';
import {
  cancelled,
  engineCalls,
  say,
  toErrorInfo,
  ZoetropeError,
  type Device,
  type DeviceUse,
  type EngineCall,
  type EngineEvent,
  type EngineInbound,
  type EngineOutbound,
  type EngineRequest,
  type EngineResponse,
  type EngineStatus,
  type ModelInfo,
  type ModelNeeds,
  type Sentence,
  type Settings,
} from '../contract';
import { onProcessor, untried, type Devices } from '../engine';
import { engineDied } from './engine-death';
import { childEnvironment } from './environment';
import { log } from './log';

interface Pending {
  name: EngineCall;
  resolve(value: unknown): void;
  reject(error: unknown): void;
  onEvent(event: unknown): void;
}

/** Restarts allowed within a minute before giving up: a model that kills the engine at once must not loop. */
const RESTARTS_PER_MINUTE = 4;

/** Characters of what the engine writes last that may say why it ends. */
const LAST_WORDS = 4000;

/**
 * Starts the engine's process, watches it and starts it again when it dies, loading the same model. A call under way
 * when it dies fails with `engine-crashed`; the window and everything saved are untouched.
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
  #loads = 0;

  constructor(
    /** Folder of the picture store, shared with the media scheme. */
    private readonly pictures: string,
    /** Folder of playable copies. */
    private readonly previews: string,
    private readonly devices: Devices,
    private readonly settings: () => Settings,
    private readonly tell: {
      status(status: EngineStatus): void;
      crash(reason: Sentence): void;
      /** This device failed at work; the processor goes on. */
      fallBack(failed: Device): void;
    },
  ) {}

  get status(): EngineStatus {
    return this.#status;
  }

  start(): void {
    const child = utilityProcess.fork(join(import.meta.dirname, 'engine.js'), ['--pictures', this.pictures, '--previews', this.previews], {
      serviceName: 'Zoetrope engine',
      stdio: 'pipe',
      env: childEnvironment(),
    });
    this.#process = child;
    child.stdout?.on('data', (data) => log('engine', String(data)));
    let said = '';
    child.stderr?.on('data', (data) => {
      log('engine', String(data));
      said = `${said}${String(data)}`.slice(-LAST_WORDS);
    });
    this.#ready = new Promise((resolve) => {
      child.on('message', (message: EngineOutbound) => (message.type === 'ready' ? resolve() : this.#receive(message)));
      child.once('exit', (code) => {
        resolve();
        setImmediate(() => this.#died(child, code, said)); // after its last words
      });
    });
  }

  /** Ends the engine; used when the app quits. */
  close(): void {
    this.#closing = true;
    this.#process?.kill();
  }

  /**
   * Loads a model where it runs best, or where the user wants it, and remembers it for restarts.
   * @param options.again tries the devices once more.
   * @param options.anyway loads also what is larger than the free memory.
   */
  async load(folder: string, bundled: boolean, { again = false, anyway = false } = {}): Promise<void> {
    const mine = (this.#loads += 1);
    const tell = (status: EngineStatus): void => {
      if (mine === this.#loads) this.#setStatus(status);
    };
    tell({ state: 'loading', progress: null, needs: null });
    const { device: asked, precision, threads, memory: limits } = this.settings();
    const model = { folder, bundled, anyway, precision, threads, limits };
    const known = again || asked !== 'auto' ? undefined : await this.devices.known(folder, asked);
    if (again || asked !== 'auto' || known) {
      const use = known ?? (await this.devices.use(folder, asked, { again, onTrying: (device) => tell({ state: 'trying', device }) }));
      return this.#loadOn({ ...model, device: use }, tell);
    }
    // The first time nobody waits for the trials: the processor is ready at once, and what is faster takes over.
    await this.#loadOn({ ...model, device: untried(asked) }, tell);
    void this.#tryBeside(model, asked, () => mine === this.#loads, tell).catch((error: unknown) => log('engine', toErrorInfo(error).message));
  }

  async #tryBeside(model: Omit<EngineRequest<'model.load'>, 'device'>, asked: DeviceUse['asked'], wanted: () => boolean, tell: (status: EngineStatus) => void): Promise<void> {
    const use = await this.devices.use(model.folder, asked);
    if (!wanted() || this.#closing) return;
    if (use.used !== 'cpu') return this.#loadOn({ ...model, device: use }, tell);
    if (this.#model) this.#model = { ...this.#model, device: use };
    if (this.#status.state === 'ready') tell({ state: 'ready', model: { ...this.#status.model, device: use } });
  }

  async #loadOn(model: EngineRequest<'model.load'>, tell: (status: EngineStatus) => void): Promise<void> {
    this.#model = model;
    let needs: ModelNeeds | null = null;
    tell({ state: 'loading', progress: null, needs });
    try {
      const loaded = await this.call('model.load', model, (event) => {
        if (!('step' in event)) needs = event;
        tell({ state: 'loading', progress: 'step' in event ? event : null, needs });
      });
      this.#inUse = { request: model, info: loaded };
      tell({ state: 'ready', model: loaded });
      if (loaded.device.used !== model.device.used) this.fellBack(loaded);
    } catch (error) {
      const info = toErrorInfo(error);
      if (info.code === 'wont-fit' && this.#inUse) {
        this.#model = this.#inUse.request;
        tell({ state: 'ready', model: this.#inUse.info });
        throw error;
      }
      this.#inUse = undefined;
      if (info.code !== 'engine-crashed') tell({ state: 'failed', error: info });
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

  async call<N extends EngineCall>(
    name: N,
    request: EngineRequest<N>,
    onEvent: (event: EngineEvent<N>) => void = () => undefined,
    signal?: AbortSignal,
  ): Promise<EngineResponse<N>> {
    if (signal?.aborted) throw cancelled();
    await this.#ready;
    const child = this.#process;
    if (!child) throw engineDied(undefined);
    const id = this.#nextId++;
    const onAbort = (): void => this.#send({ type: 'cancel', id });
    const result = new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, { name, resolve, reject, onEvent });
    });
    this.#send({ type: 'call', id, name, request });
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
    try {
      return engineCalls[name].response.parse(await result) as EngineResponse<N>;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  #send(message: EngineInbound): void {
    this.#process?.postMessage(message);
  }

  #receive(message: Exclude<EngineOutbound, { type: 'ready' }>): void {
    const pending = this.#pending.get(message.id);
    if (!pending) return;
    if (message.type === 'event') return pending.onEvent(engineCalls[pending.name].event.parse(message.event));
    this.#pending.delete(message.id);
    if (message.type === 'done') pending.resolve(message.value);
    else pending.reject(ZoetropeError.from(message.error));
  }

  #died(child: UtilityProcess, code: number, said: string): void {
    if (this.#closing || child !== this.#process) return;
    this.#process = undefined;
    this.#inUse = undefined;
    const death = engineDied(code, said);
    const reason = death.said.message;
    log('engine', `died: ${death.detail}`);
    const lost = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of lost) pending.reject(death);

    const now = Date.now();
    this.#deaths = [...this.#deaths.filter((at) => now - at < 60_000), now];
    if (this.#deaths.length > RESTARTS_PER_MINUTE) {
      const error = new ZoetropeError('engine-crashed', say`The model engine keeps stopping.`, say`Choose another model in Settings, or restart Zoetrope. Your project is saved.`, death.detail);
      return this.#setStatus({ state: 'failed', error: error.toInfo() });
    }
    this.#setStatus({ state: 'restarting', reason });
    this.tell.crash(reason);
    this.start();
    if (!this.#model) return;
    const { folder, device } = this.#model;
    const failed = device.used;
    if (failed !== 'cpu') {
      // Its driver may well be what took the engine down.
      void this.devices.distrust(folder, failed, death.detail ?? death.message);
      this.tell.fallBack(failed);
    }
    // A failure to load is shown by the status it sets.
    this.#loadOn({ ...this.#model, limits: this.settings().memory, device: failed === 'cpu' ? device : onProcessor(device) }, (status) => this.#setStatus(status)).catch(() => undefined);
  }

  #setStatus(status: EngineStatus): void {
    this.#status = status;
    this.tell.status(status);
  }
}
