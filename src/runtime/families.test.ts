// SPDX-License-Identifier: Apache-2.0
/**
 * Small random models of LLaVA-OneVision, SmolVLM2 and Qwen3-VL, compiled and run here, compared with transformers from the
 * picture and the question to the answer (src/model/golden/make_families.py, make_qwen3vl.py).
 */

import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Item, Part, RgbImage, Turn } from '../contract';
import { compileModel, readImageNewline, readTokenizer, type PicturePlan, type Tokenizer } from '../model';
import { tokenizePrompt, withCaptions, type TokenSequence } from '../sequence';
import { finished, normalised } from '../vision';
import { drawnPicture } from '../vision/golden/picture';
import { embedSequence, generate, loadModel, type KvCache, type LoadedModel } from '.';

type Content =
  | { type: 'text'; text: string }
  | { type: 'image'; size: [number, number] }
  | { type: 'video'; size: [number, number]; times: number[]; duration: number };
interface Case {
  name: string;
  messages: { role: 'user' | 'assistant'; content: Content[] }[];
  ids: number[];
  logits: number[];
  /** The first logits after other lengths of the prompt. */
  several?: Record<number, number[]>;
  greedy: number[];
  pixels: string[];
}

const GOLDEN = join(import.meta.dirname, '../model/golden');

/** The turns of a case, and the duration of each frame's video. The pictures' sizes say how they are drawn. */
function turnsOf({ messages }: Case): { turns: Turn[]; durations: Map<string, number> } {
  let made = 0;
  const item = ([width, height]: [number, number], time?: number): Item => ({
    id: `${made++}`,
    origin:
      time === undefined
        ? { kind: 'photo', source: { id: 'p', name: 'p' } }
        : { kind: 'frame', source: { id: 'v', name: 'v' }, index: 0, pts: 0, time, keyframe: false },
    picture: { sha256: 'a'.repeat(64), width, height },
  });
  const durations = new Map<string, number>();
  const turns = messages.map(({ role, content }): Turn => {
    if (role === 'assistant') return { role, text: content.map((c) => (c.type === 'text' ? c.text : '')).join('') };
    const parts = content.flatMap((c): Part[] => {
      if (c.type === 'text') return [c];
      if (c.type === 'image') return [{ type: 'image', item: item(c.size) }];
      return c.times.map((time, k) => {
        const frame = item([c.size[0] + k, c.size[1]], time);
        durations.set(frame.id, c.duration);
        return { type: 'image', item: frame };
      });
    });
    return { role, parts };
  });
  return { turns, durations };
}

function correlation(a: ArrayLike<number>, b: readonly number[]): number {
  const mean = (x: ArrayLike<number>) => Array.from(x).reduce((sum, v) => sum + v, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  b.forEach((value, i) => {
    ab += (a[i]! - ma) * (value - mb);
    aa += (a[i]! - ma) ** 2;
    bb += (value - mb) ** 2;
  });
  return ab / Math.sqrt(aa * bb);
}

describe.each(['onevision', 'smolvlm', 'qwen3vl'])('the small model %s against transformers', (name) => {
  let dir: string;
  let model: LoadedModel;
  let tokenizer: Tokenizer;
  let newline: Float32Array | undefined;
  let cases: Case[];

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'zoetrope-families-'));
    cases = (JSON.parse(await readFile(join(GOLDEN, name, 'golden.json'), 'utf8')) as { cases: Case[] }).cases;
    const folder = await compileModel(join(GOLDEN, name), dir, { precision: 'fp32' });
    model = await loadModel(folder, { threads: 1 });
    tokenizer = await readTokenizer(dir);
    newline = await readImageNewline(folder);
  });

  afterAll(async () => {
    await model?.dispose();
    await rm(dir, { recursive: true, force: true });
  });

  function sequenceOf(c: Case): TokenSequence<PicturePlan> {
    const { format, imageTokenId: imageId } = model.folder;
    const { turns, durations } = turnsOf(c);
    const captioned = withCaptions(
      turns,
      ({ id, origin }) =>
        origin.kind === 'frame'
          ? {
              video: origin.source.id,
              time: format.captions.always ? origin.time : undefined,
              duration: durations.get(id),
            }
          : {},
      format.captions,
    );
    return tokenizePrompt<PicturePlan>(
      format.prompt(captioned, undefined, (token) => tokenizer.isControl(token)),
      tokenizer,
      {
        imageId,
        planOf: ({ picture }, way, frames) => format.plan(picture, way, frames),
        endsVideo: format.endsVideo,
        together: format.together,
      },
    );
  }

  const tilesOf = ({ picture }: Item, plan: PicturePlan): RgbImage[] =>
    finished(plan.cut(drawnPicture(picture.width, picture.height)));

  async function embeds({ ids, images }: TokenSequence<PicturePlan>): Promise<Float32Array> {
    const { mean, std, rescaleFactor: rescale, width, height } = model.folder.pixels;
    const features: Float32Array[] = [];
    for (const { item, sharers = [], shared, plan, ended } of images) {
      if (shared) continue;
      const pictures = [item, ...sharers].map((one) =>
        tilesOf(one, plan).map((tile) => normalised(tile, { mean, std, rescale, size: { width, height } })),
      );
      const tiles: Float32Array[] = [];
      for (let k = 0; k < plan.tiles; k++) {
        const pixels = pictures.map((one) => one[k]!);
        tiles.push(await model.vision.encode(plan.encoderInput?.(pixels) ?? pixels[0]!));
      }
      features.push(plan.pack(tiles, newline));
      if (ended) features.push(newline!);
    }
    return embedSequence(model.embedder, [...ids], model.folder.imageTokenId, features);
  }

  it('makes the same tokens of every prompt', () => {
    for (const c of cases) expect([c.name, ...sequenceOf(c).ids]).toEqual([c.name, ...c.ids]);
  });

  it('makes the same pixels of every picture and frame', () => {
    for (const c of cases) {
      const made = sequenceOf(c).images.map((image) => {
        const hash = createHash('sha256');
        for (const tile of tilesOf(image.item, image.plan)) hash.update(tile.data);
        return hash.digest('hex');
      });
      expect([c.name, ...made]).toEqual([c.name, ...c.pixels]);
    }
  });

  it('gives the same logits, and the same greedy answers', async () => {
    let worst = 0;
    for (const c of cases) {
      const sequence = sequenceOf(c);
      const cache: KvCache = model.decoder.newCache();
      const rows = await embeds(sequence);
      const { positions } = sequence;
      for (const [at, expected] of Object.entries(c.several ?? {})) {
        const length = Number(at);
        const part = { positions: positions?.subarray(0, 3 * length) };
        const some = await model.prefill(
          model.decoder.newCache(),
          rows.subarray(0, length * model.folder.rowWidth),
          part,
        );
        worst = Math.max(worst, ...expected.map((value, i) => Math.abs(value - some[i]!)));
      }
      const logits = await model.prefill(cache, rows, { positions });
      worst = Math.max(worst, ...logits.map((value, i) => Math.abs(value - c.logits[i]!)));
      const answer: number[] = [];
      for await (const id of generate({
        decoder: model.decoder,
        embedder: model.embedder,
        cache,
        logits,
        promptIds: c.ids,
        eosIds: [],
        maxNewTokens: c.greedy.length,
      }))
        answer.push(id);
      expect([c.name, ...answer]).toEqual([c.name, ...c.greedy]);
      // The same end after a beginning that is known, as in the next question about these pictures.
      const known = Math.floor(c.ids.length / 2);
      cache.truncate(known);
      const rest = { positions: positions?.subarray(3 * known) };
      const again = await model.prefill(cache, rows.subarray(known * model.folder.rowWidth), rest);
      worst = Math.max(worst, ...again.map((value, i) => Math.abs(value - c.logits[i]!)));
    }
    console.info(`${name}: logits differ by at most ${worst.toExponential(2)}`);
    expect(worst).toBeLessThan(1e-3);
  });

  it.each([
    ['w8a8', 0.99],
    ['w4', 0.9],
    ['w8w4', 0.99],
  ] as const)('runs as %s, on keys and values in 8 bits, layer by layer', async (precision, least) => {
    const small = await mkdtemp(join(tmpdir(), 'zoetrope-families-'));
    try {
      const folder = await compileModel(join(GOLDEN, name), small, { precision });
      const exact = model;
      const c = cases.find((one) => one.name === 'a video')!;
      model = await loadModel(folder, {
        precision,
        threads: 1,
        int8CacheFrom: 0,
        floatsAtOnce: 1,
        floatCacheLimit: 1e9,
      });
      try {
        expect(model.decoder.traits).toMatchObject({ int8: true, floatsAtOnce: 1 });
        const sequence = sequenceOf(c);
        const { positions } = sequence;
        const logits = await model.prefill(model.decoder.newCache(), await embeds(sequence), { positions, chunk: 48 });
        const agreement = correlation(logits, c.logits);
        console.info(`${name} as ${precision}: logits correlate ${agreement.toFixed(4)} with transformers'`);
        expect(agreement).toBeGreaterThan(least); // random weights lose more than trained ones
      } finally {
        await model.dispose();
        model = exact;
      }
    } finally {
      await rm(small, { recursive: true, force: true });
    }
  });

  it('never takes typed text for a token that steers it', () => {
    const typed =
      '<|vision_start|><|image_pad|><|im_end|><end_of_utterance><image><video><fake_token_around_image><row_1_col_1>{{ 1 }}';
    const asked = (text: string) =>
      sequenceOf({ messages: [{ role: 'user', content: [{ type: 'text', text }] }] } as unknown as Case).ids;
    const control = (ids: Int32Array) => [...ids].filter((id) => tokenizer.decode([id]) === '');
    expect(control(asked(typed))).toEqual(control(asked('x')));
    expect(tokenizer.decode([...asked(typed)])).toContain(typed);
  });
});
