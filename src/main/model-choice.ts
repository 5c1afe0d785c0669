// SPDX-License-Identifier: Apache-2.0
import { say, toErrorInfo, ZoetropeError, type ModelInfo } from '../contract';
import type { Library } from '../library';
import type { EngineSupervisor } from './engine-supervisor';

/** Which model answers: the one the user chose, kept for the next start, or the bundled one. */
export class ModelChoice {
  /** The model for which there was no memory, null for the bundled one. */
  #refused: string | null | undefined;

  constructor(
    private readonly library: Library,
    private readonly engine: EngineSupervisor,
    private readonly bundled: string,
  ) {}

  /**
   * Loads the model chosen last, or the bundled one if that cannot be loaded and none is in use. One for which memory
   * is short just now is left to the user's word: another would answer otherwise.
   */
  async load(options: { again?: boolean } = {}): Promise<void> {
    const chosen = this.library.get('modelFolder');
    try {
      await this.engine.load(chosen ?? this.bundled, chosen === null, options);
    } catch (error) {
      if (toErrorInfo(error).code === 'cancelled') throw error; // another was chosen
      this.#noteRefusal(error, chosen);
      if (chosen === null || this.#refused !== undefined || this.engine.status.state === 'ready') throw error;
      await this.engine.load(this.bundled, true);
    }
  }

  /** Tries the devices once more and loads the model in use where it then runs. */
  async tryDevices(): Promise<ModelInfo> {
    await this.load({ again: true });
    return this.#loaded();
  }

  /**
   * Loads a folder, null for the bundled model. If it cannot be loaded the model in use before comes back, and the
   * error says why.
   */
  async choose(folder: string | null, options: { anyway?: boolean } = {}): Promise<ModelInfo> {
    try {
      await this.engine.load(folder ?? this.bundled, folder === null, options);
    } catch (error) {
      if (toErrorInfo(error).code === 'cancelled') throw error; // another was chosen
      // Where it is only memory that is short, the one in use was not touched.
      if (this.engine.status.state !== 'ready') await this.load().catch(() => undefined);
      this.#noteRefusal(error, folder);
      throw error;
    }
    this.#refused = undefined;
    this.library.set('modelFolder', folder);
    return this.#loaded();
  }

  /** Loads the model that was refused last for want of memory. */
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
