/** The work folder: what is made once and measured often. */

import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compileModel } from '../../model';
import { writeRandomModel } from './random-model';
import { SHAPES, type Size } from './shapes';

export interface WorkOptions {
  signal?: AbortSignal | undefined;
  /** A line about what takes long now. */
  onNote?: ((note: string) => void) | undefined;
}

/** Raise it when the shapes or the random weights change. */
const VERSION = 1;

/** The compiled model of a size. Made on the first call; later ones only look. */
export async function prepareModel(work: string, size: Size, { signal, onNote }: WorkOptions = {}): Promise<string> {
  const folder = join(work, `v${VERSION}-${size}`, 'model');
  await mkdir(folder, { recursive: true });
  if (!(await exists(join(folder, 'model.safetensors')))) {
    onNote?.('writing random weights');
    await writeRandomModel(folder, SHAPES[size], signal);
  }
  for (const precision of ['w8a8', 'w4'] as const) {
    onNote?.(`compiling as ${precision}, unless it is done`);
    await compileModel(folder, folder, { precision, signal });
  }
  return folder;
}

export function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false);
}
