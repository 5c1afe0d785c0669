// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../contract';
import { filterLogits, pickToken } from './sampling';

interface Case {
  name: string;
  logits: number[];
  ids: number[];
  settings: { temperature?: number; top_k?: number; top_p?: number; repetition_penalty?: number };
  filtered: (number | null)[];
}

const cases = JSON.parse(await readFile(join(import.meta.dirname, 'golden/sampling.golden.json'), 'utf8')) as Case[];

describe("the filters against transformers' logits processors", () => {
  it.each(cases)('$name', ({ logits, ids, settings: s, filtered }) => {
    const got = filterLogits(
      Float32Array.from(logits),
      { temperature: s.temperature, topK: s.top_k, topP: s.top_p, repetitionPenalty: s.repetition_penalty },
      ids,
    );
    for (const [i, expected] of filtered.entries()) {
      if (expected === null) expect(got[i]).toBe(-Infinity);
      else expect(got[i]).toBeCloseTo(expected, 4);
    }
  });
});

describe('picking', () => {
  const logits = Float32Array.of(1, 3, 2, 3, -5);

  it('greedily takes the first of the likeliest and leaves the logits alone', () => {
    expect(pickToken(logits, {}, [], seededRandom(0))).toBe(1);
    expect(pickToken(logits, { temperature: 0, topK: 2 }, [], seededRandom(0))).toBe(1);
    expect(pickToken(logits, { repetitionPenalty: 2 }, [1, 3], seededRandom(0))).toBe(2);
    expect([...logits]).toEqual([1, 3, 2, 3, -5]);
  });

  it('draws in proportion to the probabilities', () => {
    const random = seededRandom(3);
    const odds = Float32Array.of(Math.log(0.6), Math.log(0.3), Math.log(0.1));
    const counts = [0, 0, 0];
    const N = 20_000;
    for (let i = 0; i < N; i++) counts[pickToken(odds, { temperature: 1 }, [], random)]!++;
    for (const [i, p] of [0.6, 0.3, 0.1].entries()) expect(counts[i]! / N).toBeCloseTo(p, 1.6);
  });

  it('never draws what was filtered out', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -30, max: 30, noNaN: true }), { minLength: 1, maxLength: 60 }),
        fc.record({
          topK: fc.nat(70),
          topP: fc.double({ min: 0, max: 1, noNaN: true }),
          temperature: fc.double({ min: 0.05, max: 5, noNaN: true }),
        }),
        fc.nat(),
        (values, settings, seed) => {
          const row = Float32Array.from(values);
          const id = pickToken(row, settings, [], seededRandom(seed));
          expect(filterLogits(row, settings, [])[id]).toBeGreaterThan(-Infinity);
        },
      ),
    );
  });
});

describe('the random numbers', () => {
  it('are the same for the same seed, on every machine', () => {
    const random = seededRandom(1);
    // mulberry32(1)
    expect([random(), random(), random()]).toEqual([0.6270739405881613, 0.002735721180215478, 0.5274470399599522]);
  });

  it('lie in [0, 1), evenly', () => {
    const random = seededRandom(42);
    const buckets = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i++) buckets[Math.floor(random() * 10)]!++;
    for (const n of buckets) expect(Math.abs(n - 1000)).toBeLessThan(150);
  });
});
