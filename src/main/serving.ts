// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { ServingChoice, toErrorInfo, type EngineStatus, type ModelInfo, type Serving } from '../contract';
import type { Library } from '../library';
import type { EngineSupervisor } from './engine-supervisor';
import { Keys, TOKEN } from './keys';
import { logError } from './log';

type Outcome = Pick<Serving, 'state' | 'url' | 'error'>;
const OFF: Outcome = { state: 'off', url: null, error: null };

/** Zoetrope as a server for other programs: switched on in the settings, and started again with the engine. */
export class ServingSwitch {
  readonly #keys: Keys;
  #outcome: Outcome = OFF;
  /** The model that is served; undefined while nothing is. */
  #served: string | undefined;
  /** Starts and stops run one after another. */
  #turn: Promise<unknown> = Promise.resolve();

  /**
   * @param folder the app's data folder.
   * @param tell shows the window every change.
   */
  constructor(
    folder: string,
    private readonly library: Library,
    private readonly engine: EngineSupervisor,
    private readonly version: string,
    private readonly tell: (serving: Serving) => void,
  ) {
    this.#keys = new Keys(folder);
  }

  read(): Serving {
    return { ...this.#choice, ...this.#outcome, token: this.#token };
  }

  /** To be called with each status of the engine. */
  onEngine(status: EngineStatus): void {
    if (status.state === 'restarting' || status.state === 'failed') this.#served = undefined;
    if (status.state === 'ready' && this.#choice.on && nameOf(status.model) !== this.#served) void this.#start();
  }

  set(change: { [K in keyof ServingChoice]?: ServingChoice[K] | undefined }): Promise<Serving> {
    const { on, port, folders } = this.#choice;
    const choice = { on: change.on ?? on, port: change.port ?? port, folders: change.folders ?? folders };
    this.library.set('serving', JSON.stringify(choice));
    return this.#start();
  }

  addFolder(folder: string | undefined): Promise<Serving> | Serving {
    const { folders } = this.#choice;
    if (folder === undefined || folders.includes(folder)) return this.read();
    return this.set({ folders: [...folders, folder] });
  }

  removeFolder(index: number): Promise<Serving> {
    return this.set({ folders: this.#choice.folders.filter((_, k) => k !== index) });
  }

  newToken(): Promise<Serving> {
    this.#keys.set(TOKEN, madeToken());
    return this.#start();
  }

  get #choice(): ServingChoice {
    const saved = this.library.get('serving');
    try {
      return ServingChoice.parse(JSON.parse(saved ?? '{}'));
    } catch {
      return ServingChoice.parse({});
    }
  }

  get #token(): string {
    const kept = this.#keys.get(TOKEN);
    if (kept !== null) return kept;
    const token = madeToken();
    this.#keys.set(TOKEN, token);
    return token;
  }

  /** Starts with the current choice, or stops. Failures are part of what is shown. */
  #start(): Promise<Serving> {
    const done = this.#turn.then(async () => {
      const { on, port, folders } = this.#choice;
      if (!on) {
        this.#served = undefined;
        this.#show(OFF);
        await this.engine.call('serving.stop', undefined).catch(() => undefined);
        return this.read();
      }
      const { status } = this.engine;
      this.#show({ state: 'starting', url: null, error: null });
      if (status.state !== 'ready') return this.read(); // it starts when the model is loaded
      try {
        this.#served = nameOf(status.model);
        const request = { port, folders, token: this.#token, version: this.version };
        const { url } = await this.engine.call('serving.start', request);
        this.#show({ state: 'on', url, error: null });
      } catch (thrown) {
        const error = toErrorInfo(thrown);
        logError('serving', error);
        this.#show({ state: 'failed', url: null, error });
      }
      return this.read();
    });
    this.#turn = done;
    return done;
  }

  #show(outcome: Outcome): void {
    this.#outcome = outcome;
    this.tell(this.read());
  }
}

const nameOf = ({ folder, fingerprint, precision, provider }: ModelInfo): string =>
  [folder, fingerprint, precision, provider].join('\n');

const madeToken = (): string => randomBytes(24).toString('base64url');
