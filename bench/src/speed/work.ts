// SPDX-License-Identifier: Apache-2.0
/** The work folder: models that are made once and measured often. */

import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfCancelled } from '../../../src/contract';
import { Checkpoint, compileModel } from '../../../src/model';
import { writeGguf, type GgufFormat } from './peers/gguf';
import { writePublished } from './peers/published';
import { writeRandomModel } from './random-model';
import { SHAPES, type Size } from './shapes';

export interface WorkOptions {
  signal?: AbortSignal | undefined;
  /** Called with a line of text before a step that takes long. */
  onNote?: ((note: string) => void) | undefined;
}

/** Increase it when the shapes or the random weights change. */
const VERSION = 1;

/** Paths of the models that are measured, all made from the same weights. */
export interface Models {
  /** Compiled by Zoetrope. */
  ours: string;
  /** In the layout of the published exports; only if requested. */
  published?: string;
  /** The language model, by format; only if requested. */
  gguf?: Record<GgufFormat, string>;
}

/** The models of a size. Made on the first call and reused later. */
export async function prepareModels(
  work: string,
  size: Size,
  wanted: { published: boolean; gguf: boolean },
  options: WorkOptions = {},
): Promise<Models> {
  const { signal, onNote } = options;
  const root = join(work, `v${VERSION}-${size}`);
  const ours = join(root, 'model');
  await mkdir(ours, { recursive: true });
  if (!(await exists(join(ours, 'model.safetensors')))) {
    onNote?.('writing random weights');
    await writeRandomModel(ours, SHAPES[size], signal);
  }
  for (const precision of ['w8w4', 'w8a8', 'w4'] as const) await compileModel(ours, ours, { precision, signal });
  const models: Models = { ours };
  const from = async (path: string, note: string, write: (checkpoint: Checkpoint, path: string) => Promise<void>) => {
    if (await exists(path)) return path;
    throwIfCancelled(signal);
    onNote?.(`writing ${note}`);
    const checkpoint = await Checkpoint.open(join(ours, 'model.safetensors'));
    const partial = `${path}.part`;
    try {
      await rm(partial, { recursive: true, force: true });
      await write(checkpoint, partial);
      await rename(partial, path);
    } finally {
      await checkpoint.close();
    }
    return path;
  };
  if (wanted.published) {
    models.published = await from(join(root, 'published'), 'the published layout', (checkpoint, path) =>
      writePublished(path, SHAPES[size], checkpoint),
    );
  }
  if (wanted.gguf) {
    const gguf = (format: GgufFormat) =>
      from(join(root, `${format}.gguf`), format, (checkpoint, path) =>
        writeGguf(path, SHAPES[size], checkpoint, format),
      );
    models.gguf = { q4_0: await gguf('q4_0'), q8_0: await gguf('q8_0') };
  }
  return models;
}

export function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
