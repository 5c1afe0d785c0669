// SPDX-License-Identifier: Apache-2.0
/** Models that the user opens like a file. */

import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readJson } from './folder';

/**
 * The model folder that a path names: the folder itself, the one of a safetensors file, or the version in use of a model
 * in the hub's cache. Undefined if it holds no model's config.json.
 */
export async function modelFolderAt(path: string): Promise<string | undefined> {
  if (path.endsWith('.safetensors')) return folderOf(dirname(path));
  const commit = await readFile(join(path, 'refs', 'main'), 'utf8').catch(() => undefined);
  return folderOf(commit === undefined ? path : join(path, 'snapshots', commit.trim()));
}

async function folderOf(folder: string): Promise<string | undefined> {
  const json = (await readJson(folder, 'config.json').catch(() => undefined)) as Record<string, unknown> | undefined;
  const isModel = typeof json?.['model_type'] === 'string' || Array.isArray(json?.['architectures']);
  return isModel ? folder : undefined;
}
