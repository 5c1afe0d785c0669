// SPDX-License-Identifier: Apache-2.0
import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { say, ZoetropeError } from '../contract';

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
