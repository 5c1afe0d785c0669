// SPDX-License-Identifier: Apache-2.0
import type { CurrentProject } from './current-project';
import type { EngineSupervisor } from './engine-supervisor';

/** Asks the engine for thumbnails of sources, one at a time, so that a video being opened hardly waits for them. */
export class SourceThumbnails {
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly project: CurrentProject,
    private readonly engine: EngineSupervisor,
  ) {}

  /** A small JPEG of a source; undefined if there is none. */
  of(source: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const next = this.#last.then(async () => {
      const jpeg = await this.engine.call('source.thumbnail', { source: this.project.fileOf(source) });
      return jpeg === null ? undefined : Uint8Array.from(jpeg);
    });
    const result = next.catch(() => undefined); // opening the source says why it cannot be read
    this.#last = result;
    return result;
  }
}
