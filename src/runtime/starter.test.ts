// SPDX-License-Identifier: Apache-2.0
/** The bundled model, from its checkpoint to an answer. The benchmarks, not this test, measure what it knows. */

import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileModel, readTokenizer, type Tokenizer } from '../model';
import { embedSequence, generate, loadModel, type LoadedModel } from '.';

const STARTER = join(import.meta.dirname, '../../models/starter');

describe.skipIf(!existsSync(join(STARTER, 'model.safetensors')))('the bundled model', () => {
  let dir: string;
  let model: LoadedModel;
  let tokenizer: Tokenizer;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'zoetrope-starter-'));
    model = await loadModel(await compileModel(STARTER, dir, { precision: 'fp32' }), { threads: 1 });
    tokenizer = await readTokenizer(dir);
  });
  afterAll(async () => {
    await model?.dispose();
    await rm(dir, { recursive: true, force: true });
  });

  it('has a tokenizer that loses nothing, and its control tokens', async () => {
    const golden = JSON.parse(
      await readFile(join(import.meta.dirname, '../model/golden/tokenizer/tokenizer.golden.json'), 'utf8'),
    ) as { text: string }[];
    for (const { text } of golden) expect(tokenizer.decode(tokenizer.encodeText(text))).toBe(text.normalize('NFC'));
    expect(tokenizer.controlId('<image>')).toBe(model.folder.imageTokenId);
    expect(model.folder.eosIds).toContain(tokenizer.controlId('<|im_end|>'));
  });

  it('answers about two pictures, the same however its prompt is prefilled', async () => {
    const { imageSize, imageTokenId, tokensPerTile, eosIds } = model.folder;
    const picture = (shade: number) => new Float32Array(3 * imageSize ** 2).fill(shade);
    const features = [await model.vision.encode(picture(-1)), await model.vision.encode(picture(0.5))];
    const image = new Array<number>(tokensPerTile).fill(imageTokenId);
    const promptIds = [
      ...tokenizer.encode('<|im_start|>user\n'),
      ...image,
      ...image,
      ...tokenizer.encodeText('Which one is darker?'),
      ...tokenizer.encode('<|im_end|>\n<|im_start|>assistant\n'),
    ];
    const embeds = await embedSequence(model.embedder, promptIds, imageTokenId, features);
    const answer = async (chunk: number) => {
      const cache = model.decoder.newCache();
      const logits = await model.decoder.prefill(cache, embeds, { chunk });
      const first = logits.slice();
      const ids: number[] = [];
      for await (const id of generate({ ...model, cache, logits, promptIds, eosIds, maxNewTokens: 8 })) ids.push(id);
      return { first, ids };
    };
    const whole = await answer(4096);
    const chunked = await answer(10);
    for (const [i, value] of whole.first.entries()) expect(Math.abs(value - chunked.first[i]!)).toBeLessThan(1e-3);
    expect(chunked.ids).toEqual(whole.ids);
  });
});
