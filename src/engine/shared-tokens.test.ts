// SPDX-License-Identifier: Apache-2.0
/** A model whose frames share tokens and whose pictures have positions on three axes, from stored pictures to its logits. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Sampling, type Item, type Part, type Turn } from '../contract';
import { compileModel } from '../model';
import { withCaptions } from '../sequence';
import { drawnPicture } from '../vision/golden/picture';
import { Engine } from '.';

const golden = join(import.meta.dirname, '../model/golden/qwen3vl');
const { cases } = JSON.parse(readFileSync(join(golden, 'golden.json'), 'utf8')) as {
  cases: { name: string; ids: number[]; logits: number[] }[];
};

let dir: string;
let engine: Engine;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'zoetrope-shared-'));
  await compileModel(golden, join(dir, 'model'), { precision: 'fp32' });
  engine = new Engine(join(dir, 'pictures'), { featuresFolder: join(dir, 'features') });
  await engine.load(join(dir, 'model'), { bundled: true, precision: 'fp32' });
}, 60_000);

afterAll(async () => {
  rmSync(dir, { recursive: true, force: true });
});

async function frame(time: number, k: number): Promise<Item> {
  return {
    id: `${time}`,
    origin: { kind: 'frame', source: { id: 'v', name: 'v' }, index: k, pts: k, time, keyframe: false },
    picture: await engine.pictures.put(drawnPicture(60 + k, 40)),
  };
}

/** A question about frames, with the captions that the model takes. */
function asked(frames: readonly Item[], words: string): Turn[] {
  const parts = [...frames.map((item): Part => ({ type: 'image', item })), { type: 'text' as const, text: words }];
  const captionOf = ({ origin }: Item) =>
    origin.kind === 'frame' ? { video: 'v', time: origin.time, duration: 4 } : {};
  return withCaptions([{ role: 'user', parts }], captionOf, engine.captions);
}

it('answers about frames as transformers does, also when all but the last frame are known', async () => {
  const expected = cases.find(({ name }) => name === 'three frames')!;
  const frames = await Promise.all([0.25, 1.25, 3].map(frame));
  const sampling = Sampling.parse({ maxNewTokens: 4 });
  const logitsOf = async (shown: readonly Item[]) => {
    let worst = Infinity;
    const onLogits = (logits: Float32Array): void => {
      worst = Math.max(...logits.map((value, i) => Math.abs(value - expected.logits[i]!)));
    };
    const { receipt } = await engine.ask({ turns: asked(shown, 'What happens?'), sampling }, { onLogits });
    return { worst, receipt };
  };
  const first = await logitsOf(frames);
  expect(first.worst).toBeLessThan(1e-3);
  expect(first.receipt.tokens.prompt).toBe(expected.ids.length);
  const [a, b, c] = first.receipt.pictures;
  expect([a!.tokens! + b!.tokens!, c!.tokens]).toEqual([42, 42]);
  expect(new Set([a, b, c].map((one) => one!.input!.sha256)).size).toBe(3);

  // Another second frame is another pair.
  const other = { ...frames[2]!, id: 'x', origin: frames[1]!.origin };
  await logitsOf([frames[0]!, other, frames[2]!]);
  const again = await logitsOf(frames);
  expect(again.worst).toBeLessThan(1e-3);
  expect(again.receipt.tokens.reused).toBeGreaterThan(0);
  const budget = await engine.measure(asked(frames, 'And then?'));
  expect(budget?.known?.pictures).toBe(3);
  expect(budget?.known?.tokens).toBeGreaterThan(90);
});
