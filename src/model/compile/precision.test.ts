// SPDX-License-Identifier: Apache-2.0
/** The results of low-bit graphs for the small models of make_golden.py, compared with transformers in fp32. */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelFolder } from '../folder';
import { graphFormats, type Format, type Graph } from '../graphs';
import { compileModel } from './compile';

const GOLDEN = join(import.meta.dirname, '../golden');

interface Case {
  inputIds: number[];
  imageSeeds: number[];
  features: number[][];
  logits: number[];
}

/** As `picture` of make_golden.py. */
function picture(size: number, seed: number): Float32Array {
  return Float32Array.from(
    { length: 3 * size * size },
    (_, i) => ((i * 7919 + seed * 104729 + Math.floor(i / 7) * 31) % 2003) / 1001.5 - 1,
  );
}

/** Norm of the difference divided by the norm of the expected values. */
function relativeError(got: ArrayLike<number>, wanted: ArrayLike<number>): number {
  expect(got.length).toBe(wanted.length);
  let [error, whole] = [0, 0];
  for (let i = 0; i < wanted.length; i++) {
    error += (got[i]! - wanted[i]!) ** 2;
    whole += wanted[i]! ** 2;
  }
  return Math.sqrt(error / whole);
}

const floats = (data: Float32Array, dims: number[]) => new ort.Tensor('float32', data, dims);
const longs = (values: number[], dims: number[]) =>
  new ort.Tensor('int64', BigInt64Array.from(values.map(BigInt)), dims);

/** A folder's graphs of one precision, run without the rest of the app. */
class Graphs {
  private constructor(
    private readonly folder: ModelFolder,
    private readonly sessions: Record<Graph, ort.InferenceSession>,
  ) {}

  static async open(folder: ModelFolder, format: Format): Promise<Graphs> {
    const formats = graphFormats(format);
    const session = (part: Graph) =>
      ort.InferenceSession.create(folder.graphs[part][formats[part]]!.path, {
        intraOpNumThreads: 1,
        logSeverityLevel: 3,
      });
    return new Graphs(folder, {
      vision_encoder: await session('vision_encoder'),
      embed_tokens: await session('embed_tokens'),
      decoder_model_merged: await session('decoder_model_merged'),
    });
  }

  async features(seed: number): Promise<Float32Array> {
    const { imageSize } = this.folder;
    const out = await this.sessions.vision_encoder.run({
      pixel_values: floats(picture(imageSize, seed), [1, 3, imageSize, imageSize]),
    });
    return out['image_features']!.data as Float32Array;
  }

  async embed(ids: number[]): Promise<Float32Array> {
    return (await this.sessions.embed_tokens.run({ input_ids: longs(ids, [1, ids.length]) }))['inputs_embeds']!
      .data as Float32Array;
  }

  /** @param embeds [S, hidden]. */
  async logits(embeds: Float32Array): Promise<Float32Array> {
    const {
      hiddenSize,
      config: { text },
    } = this.folder;
    const length = embeds.length / hiddenSize;
    const feeds: Record<string, ort.Tensor> = {
      inputs_embeds: floats(embeds, [1, length, hiddenSize]),
      attention_mask: longs(new Array<number>(length).fill(1), [1, length]),
      position_ids: longs(
        Array.from({ length }, (_, i) => i),
        [1, length],
      ),
    };
    for (const name of this.sessions.decoder_model_merged.inputNames) {
      if (name.startsWith('past')) feeds[name] = floats(new Float32Array(0), [1, text.kvHeads, 0, text.headDim]);
    }
    return (await this.sessions.decoder_model_merged.run(feeds, ['logits']))['logits']!.data as Float32Array;
  }

  async answer(c: Case): Promise<Float32Array> {
    const embeds = await this.embed(c.inputIds);
    const features: number[] = [];
    for (const seed of c.imageSeeds) features.push(...(await this.features(seed)));
    const { hiddenSize, imageTokenId } = this.folder;
    let at = 0;
    for (const [i, id] of c.inputIds.entries()) {
      if (id !== imageTokenId) continue;
      embeds.set(features.slice(at, (at += hiddenSize)), i * hiddenSize);
    }
    return this.logits(embeds);
  }

  async close(): Promise<void> {
    for (const session of Object.values(this.sessions)) await session.release();
  }
}

// For features, embeddings, logits. Random weights are the hardest case: docs/precision.md says what a trained model
// loses, and linear.test.ts checks that the products are the intended ones.
const ALLOWED = {
  fp32: [1e-5, 1e-5, 1e-5],
  w8a8: [0.05, 0.01, 0.1],
  w8w4: [0.05, 0.01, 0.1],
  w4: [0.05, 0.01, 0.6],
} as const;

// The original's weights are those of mha under other names, so its results must be equal.
const MODELS = [
  ['gqa', 'gqa'],
  ['mha', 'mha'],
  ['original', 'mha'],
] as const;

describe.each(MODELS)('the %s model', (name, golden) => {
  let dir: string;
  let cases: Case[];
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'zoetrope-precision-'));
    cases = (JSON.parse(await readFile(join(GOLDEN, golden, 'golden.json'), 'utf8')) as { cases: Case[] }).cases;
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it.each(['fp32', 'w8a8', 'w8w4', 'w4'] as const)(
    'in %s sees, reads and answers nearly as in fp32',
    async (format) => {
      const [seeing, reading, answering] = ALLOWED[format];
      const folder = await compileModel(join(GOLDEN, name), dir, { precision: format });
      const graphs = await Graphs.open(folder, format);
      const whole = await Graphs.open(await compileModel(join(GOLDEN, name), dir, { precision: 'fp32' }), 'fp32');
      const worst = { seeing: 0, reading: 0, answering: 0 };
      for (const c of cases) {
        for (const [i, seed] of c.imageSeeds.entries()) {
          worst.seeing = Math.max(worst.seeing, relativeError(await graphs.features(seed), c.features[i]!));
        }
        worst.reading = Math.max(
          worst.reading,
          relativeError(await graphs.embed(c.inputIds), await whole.embed(c.inputIds)),
        );
        worst.answering = Math.max(worst.answering, relativeError(await graphs.answer(c), c.logits));
      }
      console.info(`${name} in ${format}:`, worst);
      expect(worst.seeing).toBeLessThan(seeing);
      expect(worst.reading).toBeLessThan(reading);
      expect(worst.answering).toBeLessThan(answering);
      await graphs.close();
      await whole.close();
    },
  );

  it('holds several precisions in one folder', async () => {
    const folder = await compileModel(join(GOLDEN, name), dir, { precision: 'w4' });
    expect(Object.keys(folder.graphs.decoder_model_merged)).toEqual(['fp32', 'w8a8', 'w8w4', 'w4']);
    expect(Object.keys(folder.graphs.vision_encoder)).toEqual(['fp32', 'w8a8']);
  });

  it('answers a token of zeros with numbers', async () => {
    const graphs = await Graphs.open(await compileModel(join(GOLDEN, name), dir, { precision: 'w8a8' }), 'w8a8');
    const { hiddenSize } = await compileModel(join(GOLDEN, name), dir, { precision: 'w8a8' });
    expect((await graphs.logits(new Float32Array(3 * hiddenSize))).every(Number.isFinite)).toBe(true);
    await graphs.close();
  });
});
