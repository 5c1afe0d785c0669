// SPDX-License-Identifier: Apache-2.0
/**
 * The learned vector that ends a row of tiles or a video; HF's port of LLaVA-NeXT-Interleave has none. The compiler
 * stores it beside the graphs; with published graphs it is read from the checkpoint.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { say, ZoetropeError } from '../contract';
import { ModelWeights } from './compile/weights';
import { findCheckpoint, type ModelFolder } from './folder';
import { Checkpoint } from './safetensors';

/** Little-endian floats. */
export const IMAGE_NEWLINE_FILE = 'image_newline.f32';

/**
 * The vector that ends a row of tiles.
 * @returns [hiddenSize]; undefined for a model that does not use one.
 * @throws ZoetropeError `model-broken` if its size is wrong; `model-incomplete` if the model needs one and has none.
 */
export async function readImageNewline({
  dir,
  name,
  hiddenSize,
  format,
}: ModelFolder): Promise<Float32Array | undefined> {
  if (!format.needsNewline) return undefined;
  const bytes = await readFile(join(dir, 'onnx', IMAGE_NEWLINE_FILE)).catch(() => undefined);
  if (!bytes) return fromCheckpoint(dir, name, hiddenSize);
  if (bytes.length !== 4 * hiddenSize) {
    throw new ZoetropeError(
      'model-broken',
      say`The model's file onnx/${IMAGE_NEWLINE_FILE} is damaged.`,
      say`Let Zoetrope prepare the model again.`,
      `${bytes.length} bytes`,
    );
  }
  return Float32Array.from({ length: hiddenSize }, (_, i) => bytes.readFloatLE(4 * i));
}

async function fromCheckpoint(dir: string, name: string, hiddenSize: number): Promise<Float32Array> {
  const path = await findCheckpoint(dir);
  const checkpoint = path === undefined ? undefined : await Checkpoint.open(path);
  try {
    const found = checkpoint && new ModelWeights(checkpoint).imageNewline(hiddenSize);
    const values: number[] = [];
    if (found) for await (const chunk of found) values.push(...chunk);
    if (values.length > 0) return Float32Array.from(values);
  } finally {
    await checkpoint?.close();
  }
  throw new ZoetropeError(
    'model-incomplete',
    say`The model "${name}" has no vector image_newline, which its published graphs leave out.`,
    say`Put its file model.safetensors into the folder too.`,
  );
}
