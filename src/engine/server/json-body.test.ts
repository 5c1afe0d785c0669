// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { jsonBody } from './json-body';
import type { EncodedPicture } from './pictures';

const picture = (length: number, seed = 7): EncodedPicture => ({
  bytes: Buffer.from(Uint8Array.from({ length }, (_, k) => (k * seed) & 255)),
  mime: 'image/png',
  width: 1,
  height: 1,
  sha256: '',
});

describe('the body of a request', () => {
  it('is the JSON of the whole, in pieces of a bounded size, as long as was said, every time', () => {
    const pictures = [0, 1, 2, 3, 196_607, 196_608, 196_609, 1_000_000].map((length) => picture(length));
    const written = (base64: (picture: EncodedPicture) => string) => ({
      text: 'a "quote", 图, \ud800 and 0. 1.',
      urls: [...pictures, pictures[7]!].map((one) => `data:${one.mime};base64,${base64(one)}`),
      more: { last: base64(pictures[3]!) },
    });
    const whole = JSON.stringify(written(({ bytes }) => bytes.toString('base64')));
    const { bytes, pieces } = jsonBody(written);
    expect(bytes).toBe(Buffer.byteLength(whole));
    for (let k = 0; k < 2; k++) {
      const all = [...pieces()];
      expect(all.join('') === whole).toBe(true);
      expect(Math.max(...all.map(({ length }) => length))).toBe(262_144);
    }
  });
});
