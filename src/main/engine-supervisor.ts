import { utilityProcess, type UtilityProcess } from 'electron';
import { join } from 'node:path';
import {
  cancelled,
  engineCalls,
  toErrorInfo,
  ZoetropeError,
  type EngineCall,
  type EngineEvent,
  type EngineInbound,
  type EngineOutbound,
  type EngineRequest,
  type EngineResponse,
  type EngineStatus,
} from '../contract';
import { log } from './log';

interface Pending {
  name: EngineCall;
  resolve(value: unknown): void;
  reject(error: unknown): void;
  onEvent(event: unknown): void;
}

/** What the engine's process inherits: enough to find programs and folders, nothing else. */
const ENVIRONMENT = ['PATH', 'HOME', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'SystemRoot', 'TMPDIR', 'TEMP', 'TMP', 'LANG', 'LC_ALL', 'FFMPEG_BIN', 'LD_LIBRARY_PATH', 'VK_ICD_FILENAMES'];

/** Restarts allowed within a minute before giving up: a model that kills the engine at once must not loop. */
const RESTARTS_PER_MINUTE = 4;

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
  #model: { folder: string; bundled: boolean } | undefined;

  constructor(
    /** Folder of the picture store, shared with the media scheme. */
    private readonly pictures: string,
    /** Folder of playable copies. */
    private readonly previews: string,
    private readonly onStatus: (status: EngineStatus) => void,
    private readonly onCrash: (reason: string) => void,
  ) {}

  get status(): EngineStatus {
    return this.#status;
  }

  start(): void {
    const env = Object.fromEntries(ENVIRONMENT.flatMap((key) => (process.env[key] === undefined ? [] : [[key, process.env[key]]])));
    const child = utilityProcess.fork(join(import.meta.dirname, 'engine.js'), ['--pictures', this.pictures, '--previews', this.previews], {
      serviceName: 'Zoetrope engine',
      stdio: 'pipe',
      env,
    });
    this.#process = child;
    child.stdout?.on('data', (data) => log('engine', String(data)));
    child.stderr?.on('data', (data) => log('engine', String(data)));
    this.#ready = new Promise((resolve) => {
      child.on('message', (message: EngineOutbound) => (message.type === 'ready' ? resolve() : this.#receive(message)));
      child.once('exit', (code) => {
        resolve();
        this.#died(child, code);
      });
    });
  }

  /** Ends the engine; used when the app quits. */
  close(): void {
    this.#closing = true;
    this.#process?.kill();
  }

  /** Loads a model and remembers it for restarts. */
  async load(folder: string, bundled: boolean): Promise<void> {
    this.#model = { folder, bundled };
    this.#setStatus({ state: 'loading', progress: null });
    try {
      const model = await this.call('model.load', { folder, bundled }, (progress) => this.#setStatus({ state: 'loading', progress }));
      this.#setStatus({ state: 'ready', model });
    } catch (error) {
      const info = toErrorInfo(error);
      if (info.code !== 'engine-crashed') this.#setStatus({ state: 'failed', error: info });
      throw error;
    }
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
    if (!child) throw crashed('it is not running');
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

  #died(child: UtilityProcess, code: number): void {
    if (this.#closing || child !== this.#process) return;
    this.#process = undefined;
    const reason = `exit code ${code}`;
    log('engine', `died with ${reason}`);
    const lost = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of lost) pending.reject(crashed(reason));

    const now = Date.now();
    this.#deaths = [...this.#deaths.filter((at) => now - at < 60_000), now];
    if (this.#deaths.length > RESTARTS_PER_MINUTE) {
      const error = new ZoetropeError('engine-crashed', 'The model engine keeps stopping.', 'Choose another model in Settings, or restart Zoetrope. Your project is saved.', reason);
      return this.#setStatus({ state: 'failed', error: error.toInfo() });
    }
    this.#setStatus({ state: 'restarting', reason });
    this.onCrash(reason);
    this.start();
    // A failure to load is shown by the status it sets.
    if (this.#model) this.load(this.#model.folder, this.#model.bundled).catch(() => undefined);
  }

  #setStatus(status: EngineStatus): void {
    this.#status = status;
    this.onStatus(status);
  }
}

function crashed(reason: string): ZoetropeError {
  return new ZoetropeError('engine-crashed', 'The model engine stopped unexpectedly while answering.', 'It has been started again and your conversation is kept. Ask again.', reason);
}
