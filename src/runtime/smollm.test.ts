// SPDX-License-Identifier: Apache-2.0
/**
 * A real language model, SmolLM2-135M-Instruct in SmolVLM2's layout, against transformers. Runs if ZOETROPE_SMOLLM names the
 * folder that bench/peers/make_smollm.py made.
 */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Turn } from '../contract';
import { compileModel, readTokenizer, type Format, type Tokenizer } from '../model';
import { tokenizePrompt } from '../sequence';
import { generate, loadModel, type LoadedModel } from '.';

interface Expected {
  cases: { turns: string[]; ids: number[]; greedy: number[]; logits: number[] }[];
  text: number[];
  perplexity: number;
  tokenized: [string, number[]][];
}

/** Tokens of the text that are prefilled; the perplexity is of the others. */
const PROMPT = 500;

const folder = process.env['ZOETROPE_SMOLLM'];

async function withModel<T>(
  precision: Format,
  options: { int8CacheFrom?: number },
  use: (model: LoadedModel, tokenizer: Tokenizer, expected: Expected) => Promise<T>,
): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'zoetrope-smollm-'));
  try {
    const model = await loadModel(await compileModel(folder!, dir, { precision }), { precision, ...options });
    const expected = JSON.parse(await readFile(join(folder!, 'expected.json'), 'utf8')) as Expected;
    try {
      return await use(model, await readTokenizer(dir), expected);
    } finally {
      await model.dispose();
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

describe.skipIf(folder === undefined)('SmolLM2-135M-Instruct', () => {
  it('gives the tokens, logits and answers of transformers', { timeout: 600_000 }, () =>
    withModel('fp32', {}, async (model, tokenizer, { cases, tokenized }) => {
      for (const [text, ids] of tokenized) expect([text, ...tokenizer.encodeText(text)]).toEqual([text, ...ids]);
      let worst = 0;
      for (const { turns, ids, greedy, logits } of cases) {
        const asked = turns.map((text, k): Turn =>
          k % 2 ? { role: 'assistant', text } : { role: 'user', parts: [{ type: 'text', text }] },
        );
        const spans = model.folder.format.prompt(asked, undefined, (name) => tokenizer.isControl(name));
        const planOf = () => ({ layout: [] });
        expect([...tokenizePrompt(spans, tokenizer, { imageId: model.folder.imageTokenId, planOf }).ids]).toEqual(ids);
        const cache = model.decoder.newCache();
        const ours = await model.decoder.prefill(cache, await model.embedder.embed(ids));
        worst = Math.max(worst, ...ours.map((value, i) => Math.abs(value - logits[i]!)));
        const answer: number[] = [];
        for await (const id of generate({
          decoder: model.decoder,
          embedder: model.embedder,
          cache,
          logits: ours,
          promptIds: ids,
          eosIds: [],
          maxNewTokens: 50,
        }))
          answer.push(id);
        expect(answer).toEqual(greedy);
        cache.dispose();
      }
      console.info(`logits differ by at most ${worst.toExponential(2)}`);
      expect(worst).toBeLessThan(1e-3);
    }),
  );

  it.each([
    ['fp32', Infinity, 1.0005],
    ['fp32', 0, 1.02],
    ['w8a8', Infinity, 1.1],
    ['w8a8', 0, 1.1],
    // So much is lost in 4 bits that a model of this size runs in them only if nothing else fits.
    ['w8w4', Infinity, 3],
    ['w4', Infinity, 3],
  ] as const)(
    'has a perplexity as %s, on keys and values in 8 bits from %d bytes',
    { timeout: 600_000 },
    (precision, int8CacheFrom, most) =>
      withModel(precision, { int8CacheFrom }, async (model, _, { text, perplexity }) => {
        // A prompt, then token by token, as an answer is written.
        const cache = model.decoder.newCache();
        const embeds = await model.embedder.embed(text);
        const width = model.folder.hiddenSize;
        let loss = 0;
        for (let at = PROMPT - 1; at + 1 < text.length; at++) {
          const logits = await (at < PROMPT
            ? model.prefill(cache, embeds.subarray(0, PROMPT * width))
            : model.decoder.step(cache, embeds.subarray(at * width, (at + 1) * width)));
          const most = logits.reduce((a, b) => Math.max(a, b), -Infinity);
          loss +=
            most + Math.log(logits.reduce((sum, value) => sum + Math.exp(value - most), 0)) - logits[text[at + 1]!]!;
        }
        cache.dispose();
        const ours = Math.exp(loss / (text.length - PROMPT));
        console.info(
          `${precision}, 8 bits from ${int8CacheFrom}: perplexity ${ours.toFixed(3)}, transformers fp32 ${perplexity.toFixed(3)}`,
        );
        expect(ours / perplexity).toBeGreaterThan(0.9);
        expect(ours / perplexity).toBeLessThan(most);
      }),
  );
});
