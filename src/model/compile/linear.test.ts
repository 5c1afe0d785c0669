// SPDX-License-Identifier: Apache-2.0
/** One linear layer in each format, run by ONNX Runtime, compared with the same arithmetic in JavaScript. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Format } from '../graphs';
import { Checkpoint } from '../safetensors';
import { FLOAT, GraphWriter } from './graph';
import { linear, outputHead } from './linear';
import { ModelWeights } from './weights';

const WIDTH = 80; // not a multiple of a block
const OUTPUTS = [24, 17] as const;
const TOKENS = 5;

/** Deterministic values without a pattern; some tokens large, one all zeros. */
const noise = (n: number, seed: number) =>
  Float32Array.from({ length: n }, (_, i) => Math.sin((i + 1) * 78.233 * seed) * Math.cos(i * i * 0.37 + seed));
const first = noise(OUTPUTS[0] * WIDTH, 1);
const second = noise(OUTPUTS[1] * WIDTH, 2);
const bias = noise(OUTPUTS[0] + OUTPUTS[1], 3);
const x = noise(TOKENS * WIDTH, 4).map((v, i) => v * [1, 50, 0.01, 0, 1][Math.floor(i / WIDTH)]!);
const rows = Float32Array.of(...first, ...second);
const outputs = OUTPUTS[0] + OUTPUTS[1];

let dir: string;
let checkpoint: Checkpoint;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zoetrope-linear-'));
  const tensors: [string, number[], Float32Array][] = [
    ['first.weight', [OUTPUTS[0], WIDTH], first],
    ['second.weight', [OUTPUTS[1], WIDTH], second],
    ['first.bias', [OUTPUTS[0]], bias.subarray(0, OUTPUTS[0])],
    ['second.bias', [OUTPUTS[1]], bias.subarray(OUTPUTS[0])],
  ];
  let at = 0;
  const header = Buffer.from(
    JSON.stringify(
      Object.fromEntries(
        tensors.map(([name, shape, data]) => [
          name,
          { dtype: 'F32', shape, data_offsets: [at, (at += data.byteLength)] },
        ]),
      ),
    ),
  );
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(header.length));
  const path = join(dir, 'model.safetensors');
  await writeFile(
    path,
    Buffer.concat([size, header, ...tensors.map(([, , d]) => Buffer.from(d.buffer, d.byteOffset, d.byteLength))]),
  );
  checkpoint = await Checkpoint.open(path);
});
afterAll(async () => {
  await checkpoint.close();
  await rm(dir, { recursive: true, force: true });
});

/** The output of a layer in this format for the first `tokens` of `x`, [tokens, outputs]. */
async function run(format: Format, kind: 'layer' | 'head', tokens = TOKENS): Promise<Float32Array> {
  const name = `${kind}-${format}-${tokens}.onnx`;
  const graph = await GraphWriter.create(dir, name, () => undefined);
  const c = { graph, weights: new ModelWeights(checkpoint), format, activations: new Map() };
  const input = graph.input('x', FLOAT, [1, 'tokens', WIDTH]);
  if (kind === 'head') {
    await outputHead(c, input, WIDTH, { name: 'first.weight', shape: [OUTPUTS[0], WIDTH] }, input);
    graph.output('logits', FLOAT, [1, 'tokens', OUTPUTS[0]]);
  } else {
    const y = await linear(
      c,
      input,
      WIDTH,
      [
        { name: 'first', outputs: OUTPUTS[0] },
        { name: 'second', outputs: OUTPUTS[1] },
      ],
      true,
    );
    graph.output(y, FLOAT, [1, 'tokens', outputs]);
  }
  await graph.finish();
  const session = await ort.InferenceSession.create(join(dir, name), { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const out = await session.run({ x: new ort.Tensor('float32', x.subarray(0, tokens * WIDTH), [1, tokens, WIDTH]) });
  await session.release();
  return Object.values(out)[0]!.data as Float32Array;
}

const largest = (values: Float32Array) => values.reduce((max, v) => Math.max(max, Math.abs(v)), 0);

/** The largest difference of each token, divided by its largest value. */
function worst(got: Float32Array, wanted: (token: number, output: number) => number, width: number): number {
  let max = 0;
  for (let t = 0; t < TOKENS; t++) {
    const want = Float32Array.from({ length: width }, (_, o) => wanted(t, o));
    const scale = largest(want) || 1;
    for (let o = 0; o < width; o++) max = Math.max(max, Math.abs(got[t * width + o]! - want[o]!) / scale);
  }
  return max;
}

function dot(
  token: number,
  output: number,
  a: (v: number, k: number) => number,
  w: (v: number, k: number) => number,
): number {
  let sum = 0;
  for (let k = 0; k < WIDTH; k++) sum += a(x[token * WIDTH + k]!, k) * w(rows[output * WIDTH + k]!, k);
  return sum;
}

const plain = (v: number) => v;

describe('a linear layer', () => {
  it('in fp32 is the product', async () => {
    const got = await run('fp32', 'layer');
    expect(worst(got, (t, o) => dot(t, o, plain, plain) + bias[o]!, outputs)).toBeLessThan(1e-5);
  });

  it('in w8a8 is the product of the rounded values', async () => {
    const got = await run('w8a8', 'layer');
    const wanted = (t: number, o: number) => {
      const a = largest(x.subarray(t * WIDTH, (t + 1) * WIDTH)) / 127 || 1;
      const w = largest(rows.subarray(o * WIDTH, (o + 1) * WIDTH)) / 127;
      return (
        dot(
          t,
          o,
          (v) => Math.round(v / a) * a,
          (v) => Math.round(v / w) * w,
        ) + bias[o]!
      );
    };
    expect(worst(got, wanted, outputs)).toBeLessThan(1e-4);
  });

  it('in w8w4 reads several tokens as w8a8 does, and one as w4', async () => {
    const same = async (kind: 'layer' | 'head', format: Format, tokens: number) => {
      const [got, wanted] = [await run('w8w4', kind, tokens), await run(format, kind, tokens)];
      wanted.forEach((value, i) => expect(Math.abs(got[i]! - value)).toBeLessThanOrEqual(1e-5 * largest(wanted)));
    };
    await same('layer', 'w8a8', TOKENS);
    await same('layer', 'w4', 1);
    await same('head', 'w8a8', TOKENS);
    await same('head', 'w4', 1);
  });

  it.each(['w4', 'w8a8'] as const)(
    'of blocks (%s) is the product of the weights in few bits, activations rounded',
    async (format) => {
      // The head of w8a8 uses 8-bit blocks. The kernel decides how activations are rounded.
      const got = await run(format, 'head');
      const half = format === 'w4' ? 0.085 : 0.005;
      const allowed = (o: number) =>
        largest(rows.subarray(o * WIDTH, (o + 1) * WIDTH)) * (half + 0.006) * Math.sqrt(WIDTH);
      for (let t = 0; t < TOKENS; t++) {
        const scale = largest(x.subarray(t * WIDTH, (t + 1) * WIDTH));
        for (let o = 0; o < OUTPUTS[0]; o++) {
          const error = Math.abs(got[t * OUTPUTS[0] + o]! - dot(t, o, plain, plain));
          expect(error, `token ${t}, output ${o}`).toBeLessThanOrEqual(scale * allowed(o));
        }
      }
    },
  );
});
