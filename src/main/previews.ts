// SPDX-License-Identifier: Apache-2.0
import type { MainHandlers } from '../contract';
import type { CurrentProject } from './current-project';
import type { EngineSupervisor } from './engine-supervisor';

/** The playable copies of sources that need one, remembered while the app runs. */
export class Previews {
  readonly #files = new Map<string, string>();

  constructor(
    private readonly project: CurrentProject,
    private readonly engine: EngineSupervisor,
  ) {}

  file(source: string): string | undefined {
    return this.#files.get(source);
  }

  readonly calls = {
    'video.preview': async ({ source, failed }, emit, signal) => {
      const request = { source: this.project.fileOf(source), failed };
      const { way, file } = await this.engine.call('preview.make', request, emit, signal);
      if (file !== null) this.#files.set(source, file);
      return { way };
    },
  } satisfies Partial<MainHandlers>;
}
