// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { SampleInfo } from '../contract';

const SampleFile = z.array(
  z.object({
    id: z.string(),
    kind: z.enum(['video', 'images', 'scene']),
    files: z.array(z.string()),
    title: z.object({ en: z.string(), zh: z.string() }),
    questions: z.array(z.object({ en: z.string() })),
  }),
);

/** The clip, pictures and scene that are shipped with the app, as listed in `samples.json` beside them. */
export class Samples {
  readonly list: SampleInfo[];
  readonly #files = new Map<string, string[]>();

  constructor(folder: string) {
    const entries = SampleFile.parse(JSON.parse(readFileSync(join(folder, 'samples.json'), 'utf8')));
    this.list = entries.map(({ id, kind, title, questions }) => ({
      id,
      kind,
      title,
      questions: questions.map((q) => q.en),
    }));
    for (const entry of entries)
      this.#files.set(
        entry.id,
        entry.files.map((file) => join(folder, file)),
      );
  }

  files(id: string): string[] {
    return this.#files.get(id) ?? [];
  }
}
