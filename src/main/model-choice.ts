// SPDX-License-Identifier: Apache-2.0
import { say, toErrorInfo, ZoetropeError, type ErrorInfo, type ModelInfo } from '../contract';
import { sep } from 'node:path';
import type { Library } from '../library';
import type { ModelFolders } from '../model';
import type { EngineSupervisor } from './engine-supervisor';

/** Chooses the model that answers: the user's choice, which is saved for the next start, or the bundled model. */
export class ModelChoice {
  /** The model that was refused because memory was short; null for the bundled one, undefined if none was. */
  #refused: string | null | undefined;

  constructor(
    private readonly library: Library,
    private readonly engine: EngineSupervisor,
    private readonly bundled: string,
    private readonly folders: Pick<ModelFolders, 'relocated' | 'folderInUse'>,
    /** Told why the bundled model is used instead of the one that was chosen. */
    private readonly onFallBack: (error: ErrorInfo) => void,
  ) {}

  /**
   * Loads the model that was chosen last. If that fails and no model is in use, loads the bundled one. If only memory
   * is short, the user decides, because another model would give other answers.
   */
  async load(options: { again?: boolean } = {}): Promise<void> {
    const chosen = await this.#chosen();
    try {
      await this.engine.load(chosen ?? this.bundled, chosen === null, options);
    } catch (error) {
      if (toErrorInfo(error).code === 'cancelled') throw error; // another model was chosen
      this.#noteRefusal(error, chosen);
      if (chosen === null || this.#refused !== undefined || this.engine.status.state === 'ready') throw error;
      await this.engine.load(this.bundled, true);
      const why = await this.folders.folderInUse().then(
        () => error,
        (gone: unknown) => gone, // says more than that the model is not there
      );
      this.onFallBack(toErrorInfo(why));
    }
  }

  /**
   * Closes the model in use if it is in one of these folders, so that they can be moved: the bundled one is loaded.
   * @returns whether it was; then `load` opens it where it is by then.
   */
  async leave(folders: readonly string[]): Promise<boolean> {
    const chosen = this.library.get('modelFolder');
    if (chosen === null || !folders.some((folder) => chosen.startsWith(folder + sep))) return false;
    await this.engine.load(this.bundled, true);
    return true;
  }

  /** The folder of the model that was chosen last. It may have been moved since, also by the command line. */
  async #chosen(): Promise<string | null> {
    const saved = this.library.get('modelFolder');
    const now = saved === null ? null : await this.folders.relocated(saved);
    if (now !== saved) this.library.set('modelFolder', now);
    return now;
  }

  /** Tries the devices again and loads the model on the one that is chosen. */
  async tryDevices(): Promise<ModelInfo> {
    await this.load({ again: true });
    return this.#loaded();
  }

  /**
   * Loads a folder; null means the bundled model. If it cannot be loaded, the previous model is restored and the error
   * is thrown.
   */
  async choose(folder: string | null, options: { anyway?: boolean } = {}): Promise<ModelInfo> {
    try {
      await this.engine.load(folder ?? this.bundled, folder === null, options);
    } catch (error) {
      if (toErrorInfo(error).code === 'cancelled') throw error; // another model was chosen
      // If only memory was short, the model in use is still loaded.
      if (this.engine.status.state !== 'ready') await this.load().catch(() => undefined);
      this.#noteRefusal(error, folder);
      throw error;
    }
    this.#refused = undefined;
    this.library.set('modelFolder', folder);
    return this.#loaded();
  }

  /** Loads the model that was last refused because memory was short. */
  loadAnyway(): Promise<ModelInfo> {
    return this.choose(this.#refused === undefined ? this.library.get('modelFolder') : this.#refused, {
      anyway: true,
    });
  }

  #noteRefusal(error: unknown, folder: string | null): void {
    this.#refused = toErrorInfo(error).code === 'wont-fit' ? folder : undefined;
  }

  #loaded(): ModelInfo {
    const { status } = this.engine;
    if (status.state === 'ready') return status.model;
    throw new ZoetropeError('model-broken', say`The model was unloaded again.`, say`Choose it once more.`);
  }
}
