// SPDX-License-Identifier: Apache-2.0
/** The learned vector that ends a row of tiles; only original checkpoints have it. Stored beside the graphs. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { say, ZoetropeError } from '../contract';
import type { ModelFolder } from './folder';

/** Little-endian floats. */
export const IMAGE_NEWLINE_FILE = 'image_newline.f32';

/**
 * The vector that ends a row of tiles.
 * @returns [hiddenSize]; undefined for a model that has none.
 * @throws ZoetropeError `model-broken` if its size is wrong.
 */
export async function readImageNewline({ dir, hiddenSize }: ModelFolder): Promise<Float32Array | undefined> {
  const bytes = await readFile(join(dir, 'onnx', IMAGE_NEWLINE_FILE)).catch(() => undefined);
  if (!bytes) return undefined;
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
