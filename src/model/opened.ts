// SPDX-License-Identifier: Apache-2.0
/** Models that the user opens like a file: which folder is meant, or why it cannot be used. */

import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { say, ZoetropeError } from '../contract';
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

const GGUF = /\.gguf$/i;
const TENSORS = /\.safetensors$/i;
const PICKLE = /^(pytorch_model|consolidated)\b.*\.bin$|\.(pth|ckpt)$/i;

/** Why a file, or a folder with such files, is a model that cannot be used; undefined if it is none. */
export async function unusableModel(path: string): Promise<ZoetropeError | undefined> {
  const name = basename(path);
  const names = [name, ...(await readdir(path).catch(() => []))];
  const has = (kind: RegExp): boolean => names.some((one) => kind.test(one));
  if (has(TENSORS))
    return new ZoetropeError(
      'model-incomplete',
      say`"${name}" has the weights of a model, but no config.json is beside them.`,
      say`Open the whole folder of the model, with its config.json and tokenizer.json.`,
    );
  if (has(GGUF))
    return new ZoetropeError(
      'model-unsupported',
      say`"${name}" is a model as GGUF, which Zoetrope does not run itself.`,
      say`Run it in Ollama or llama.cpp and choose that server in Settings, or open the original model as safetensors.`,
    );
  if (has(PICKLE))
    return new ZoetropeError(
      'model-unsupported',
      say`"${name}" has weights as a pickle, which may run code, so Zoetrope does not open it.`,
      say`Open the model as safetensors.`,
    );
  return undefined;
}
