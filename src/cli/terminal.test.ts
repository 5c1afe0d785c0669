// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { harmless, jsonText, oneLine } from './terminal';

// eslint-disable-next-line no-control-regex -- they are what is looked for
const steering = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;
const any = fc.string({ unit: 'binary' });

describe('what the command line says', () => {
  it('holds nothing that steers a terminal, in any form', () => {
    fc.assert(fc.property(any, (text) => void expect(harmless(text)).not.toMatch(steering)));
    fc.assert(fc.property(any, (text) => void expect(oneLine(text)).not.toMatch(/[\n\t]/)));
    fc.assert(fc.property(any, (text) => void expect(jsonText({ text, [text]: 1 })).not.toMatch(steering)));
  });

  it('is otherwise as it was', () => {
    const text = 'Ελληνικά 录像 é 🎞 עברית\u200f\n\ttab';
    expect(harmless(text)).toBe(text);
    fc.assert(fc.property(any, (words) => void expect(JSON.parse(jsonText([words]))).toEqual([words])));
  });

  it('marks what a name would do to the screen', () => {
    expect(oneLine('a\x1b[2J\x9b31m\u202egpj.exe\r\nb')).toBe('a\ufffd[2J\ufffd31m\ufffdgpj.exe b');
  });
});
