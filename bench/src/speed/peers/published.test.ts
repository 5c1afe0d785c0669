// SPDX-License-Identifier: Apache-2.0
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Checkpoint, compileModel, readModelFolder } from '../../../../src/model';
import { loadModel, type LoadedModel } from '../../../../src/runtime';
import { writeRandomModel } from '../random-model';
import { SHAPES } from '../shapes';
import { writePublished } from './published';

let root: string;
let models: LoadedModel[];

/** The same weights, written by the compiler and in the published layout. */
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zoetrope-published-'));
  const [ours, published] = [join(root, 'ours'), join(root, 'published')];
  await writeRandomModel(ours, SHAPES.small);
  await cp(ours, published, { recursive: true });
  const checkpoint = await Checkpoint.open(join(ours, 'model.safetensors'));
  await writePublished(published, SHAPES.small, checkpoint);
  await checkpoint.close();
  models = [await loadModel(await compileModel(ours, ours, { precision: 'fp32' }), { precision: 'fp32', threads: 1 })];
  models.push(await loadModel(await readModelFolder(published), { precision: 'fp32', threads: 1 }));
});

afterAll(async () => {
  for (const model of models) await model.dispose();
  await rm(root, { recursive: true, force: true });
});

test('the published decoder says what the compiled one says', async () => {
  const ids = Array.from({ length: 40 }, (_, i) => (i * 37) % 500);
  const [ours, published] = await Promise.all(
    models.map(async ({ decoder, embedder }) => {
      const cache = decoder.newCache();
      const read = await decoder.prefill(cache, await embedder.embed(ids));
      const wrote = await decoder.step(cache, await embedder.embed([7]));
      cache.dispose();
      return [...read, ...wrote];
    }),
  );
  expect(ours!.length).toBe(2 * SHAPES.small.config.text.vocabulary);
  expect(farthest(ours!, published!)).toBeLessThan(1e-3 * largest(ours!));
});

test('the published vision encoder sees what the compiled one sees', async () => {
  const pixels = Float32Array.from({ length: 3 * SHAPES.small.config.vision.side ** 2 }, (_, i) => Math.sin(i));
  const [ours, published] = await Promise.all(models.map(async ({ vision }) => [...(await vision.encode(pixels))]));
  expect(farthest(ours!, published!)).toBeLessThan(1e-3 * largest(ours!));
});

function largest(values: readonly number[]): number {
  return Math.max(...values.map(Math.abs));
}

function farthest(a: readonly number[], b: readonly number[]): number {
  return largest(a.map((value, i) => value - b[i]!));
}
