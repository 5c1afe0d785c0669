// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FLOAT, GraphWriter, INT64 } from '../model';
import { openSession } from './open-session';
import { VisionEncoder } from './vision-encoder';

const BOOL = 9;

it("runs graphs that take several pictures and a mask, as SmolVLM's published ones do", async () => {
  const dir = await mkdtemp(join(tmpdir(), 'zoetrope-encoder-'));
  const graph = await GraphWriter.create(dir, 'vision_encoder.onnx', () => undefined);
  const pixels = graph.input('pixel_values', FLOAT, ['batch', 'pictures', 3, 4, 4]);
  const mask = graph.input('pixel_attention_mask', BOOL, ['batch', 'pictures', 4, 4]);
  // The share of the mask that is set, times the pixels in another shape.
  const share = graph.node('ReduceMean', [graph.node('Cast', [mask], { to: { int: FLOAT } })], {
    keepdims: { int: 0 },
  });
  const rows = graph.node('Reshape', [pixels, graph.constant(INT64, [3], [-1, 6, 8])]);
  graph.node('Mul', [rows, share], {}, 'image_features');
  graph.output('image_features', FLOAT, ['pictures', 6, 8]);
  await graph.finish();
  const encoder = new VisionEncoder(await openSession(join(dir, 'vision_encoder.onnx')), 4, 6, 8);
  try {
    const picture = Float32Array.from({ length: 48 }, (_, i) => i / 7);
    expect([...(await encoder.encode(picture))]).toEqual([...picture]);
  } finally {
    await encoder.dispose();
    await rm(dir, { recursive: true, force: true });
  }
});
