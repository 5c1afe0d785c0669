// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { readTokenizer, Tokenizer } from './tokenizer';

interface Golden {
  text: string;
  ids: number[];
  plainIds: number[];
  decoded: string;
}

const FOLDER = join(import.meta.dirname, 'golden/tokenizer');
let tokenizer: Tokenizer;
let golden: Golden[];

beforeAll(async () => {
  tokenizer = await readTokenizer(FOLDER);
  golden = JSON.parse(await readFile(join(FOLDER, 'tokenizer.golden.json'), 'utf8')) as Golden[];
});

describe('the tokenizer against Python tokenizers', () => {
  it('encodes our own text with its control tokens', () => {
    for (const g of golden) expect(tokenizer.encode(g.text), JSON.stringify(g.text)).toEqual(g.ids);
  });

  it('encodes plain text', () => {
    for (const g of golden) expect(tokenizer.encodeText(g.text), JSON.stringify(g.text)).toEqual(g.plainIds);
  });

  it('decodes', () => {
    for (const g of golden) expect(tokenizer.decode(g.ids), JSON.stringify(g.text)).toBe(g.decoded);
  });
});

describe('control tokens', () => {
  it('never come out of plain text', () => {
    const controls = ['<|endoftext|>', '<|im_start|>', '<|im_end|>', '<image>'];
    const ids = new Set(controls.map((name) => tokenizer.controlId(name)));
    const pieces = fc.oneof(
      fc.constantFrom(...controls, '<|', '|>', '<', 'im_end', '\n'),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        const encoded = tokenizer.encodeText(text);
        expect(encoded.some((id) => ids.has(id))).toBe(false);
        // Decoding returns the original text in composed form.
        expect(tokenizer.decode(encoded)).toBe(text.normalize('NFC'));
      }),
      { numRuns: 60 },
    );
  });

  it('are known by name, or refused', () => {
    expect(tokenizer.encode('<image>')).toEqual([tokenizer.controlId('<image>')]);
    expect(() => tokenizer.controlId('<|nothing|>')).toThrow(/<\|nothing\|>/);
  });

  it('are left out of decoded text', () => {
    expect(tokenizer.decode(tokenizer.encode('<|im_start|>user\nhi<|im_end|>'))).toBe('user\nhi');
  });
});

describe('the decode stream', () => {
  it('shows only whole characters, whatever tokens they are split over', () => {
    for (const g of golden) {
      const stream = tokenizer.decodeStream();
      let text = '';
      for (const id of g.ids) {
        const piece = stream.push(id);
        expect(piece).not.toContain('\uFFFD');
        text += piece;
      }
      expect(text).toBe(g.decoded);
    }
  });

  it('drops a character that was left unfinished', () => {
    const ids = tokenizer.encodeText('😀');
    expect(ids.length).toBeGreaterThan(1);
    const stream = tokenizer.decodeStream();
    expect(
      ids
        .slice(0, -1)
        .map((id) => stream.push(id))
        .join(''),
    ).toBe('');
  });
});

describe('other tokenizers', () => {
  it('are refused by name', () => {
    const bpe = {
      model: { type: 'BPE', vocab: {}, merges: [] },
      added_tokens: [],
      pre_tokenizer: null,
      normalizer: null,
      post_processor: null,
    };
    expect(() => new Tokenizer({ model: { type: 'Unigram', vocab: [] } }, {})).toThrow(/Unigram/);
    expect(() => new Tokenizer({ ...bpe, decoder: { type: 'Metaspace' } }, {})).toThrow(/Metaspace/);
    expect(() => new Tokenizer({}, {})).toThrow(/tokenizer\.json/);
    expect(() => new Tokenizer(null, {})).toThrow(/tokenizer\.json/);
  });
});
