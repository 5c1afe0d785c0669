// SPDX-License-Identifier: Apache-2.0
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../fixtures/window';
import { file, le } from './bytes';
import type { Hostile } from './hostile';

const compile = (path: string): string[] => ['model', 'compile', path];

/** The bundled model with other weights. */
const withWeights =
  (bytes: () => Buffer) =>
  async (folder: string): Promise<string> => {
    const starter = join(root, 'models/starter');
    cpSync(starter, folder, { recursive: true, filter: (from) => !from.startsWith(join(starter, 'onnx')) });
    await file('model.safetensors', bytes)(folder);
    return folder;
  };

const safetensors = (header: string): Buffer => Buffer.concat([le(8, header.length), Buffer.from(header, 'latin1')]);

export const HOSTILE_MODELS: readonly Hostile[] = [
  {
    name: 'weights with a name of 20 MB',
    make: withWeights(() => safetensors(`{"${'x'.repeat(20e6)}":{"dtype":"F9","shape":[],"data_offsets":[0,0]}}`)),
    command: compile,
    short: true,
  },
  {
    name: 'weights with a name of 30 MB',
    make: withWeights(() => safetensors(`{"${'x'.repeat(30e6)}":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`)),
    command: compile,
  },
  {
    name: 'weights of ten million dimensions',
    make: withWeights(() => safetensors(`{"a":{"dtype":"F32","shape":[${'1,'.repeat(10e6)}1],"data_offsets":[0,0]}}`)),
    command: compile,
  },
  {
    name: 'weights with 400,000 tensors',
    make: withWeights(() =>
      safetensors(
        `{${Array.from({ length: 400_000 }, (_, k) => `"${k}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}`).join(',')}}`,
      ),
    ),
    command: compile,
  },
];
