// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TextGate } from './text-gate';

/** What comes through, piece by piece, and all of it. */
function through(pieces: string[], stops: string[]): { out: string; stopped: boolean } {
  const gate = new TextGate(stops);
  const out = pieces.map((piece) => gate.push(piece)).join('') + gate.end();
  expect(out).toBe(gate.passed);
  return { out, stopped: gate.stopped };
}

it('holds back what may begin a stop sequence, and no more', () => {
  const gate = new TextGate(['\n\nUser:']);
  expect(gate.push('Yes.\n')).toBe('Yes.');
  expect(gate.push('\nUse it.')).toBe('\n\nUse it.');
  expect(gate.push(' \n\nUser')).toBe('');
  expect(gate.push(': and')).toBe('');
  expect(gate.stopped).toBe(true);
  expect(gate.end()).toBe('');
});

it('passes on what a cut of the whole text would give, however the text is divided', () => {
  const text = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n'), maxLength: 4 }), { maxLength: 8 });
  const stops = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ' '), minLength: 1, maxLength: 3 }), {
    maxLength: 2,
  });
  fc.assert(
    fc.property(text, stops, (pieces, ends) => {
      const whole = pieces.join('').trimStart();
      // Letter by letter: where the text first ends with a stop sequence, the longest of them.
      const cuts = Array.from(whole, (_, k) => whole.slice(0, k + 1)).map((text) =>
        Math.min(...ends.filter((end) => text.endsWith(end)).map((end) => text.length - end.length)),
      );
      const cut = cuts.find((at) => at !== Infinity);
      const out = (cut === undefined ? whole : whole.slice(0, cut)).trim();
      expect(through(pieces, ends)).toEqual({ out, stopped: cut !== undefined });
    }),
    { numRuns: 1000 },
  );
});
