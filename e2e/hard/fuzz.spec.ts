// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { seededRandom, ZoetropeError } from '../../src/contract';
import { amount, report } from './amount';
import { bend, text } from './bend';
import { PARSERS } from './parsers';

/**
 * Runs each of our parsers on randomly mutated files: it must return a value or throw a ZoetropeError, and must end.
 * `npm run hard -- fuzz --inputs 20000 --seed 7` sets the number of inputs for each parser.
 */

const inputs = amount('inputs', { short: 60, long: 20_000 });
const seed = amount('seed', { short: 1, long: 1 });
/** A parser that takes longer than this for a few kilobytes would not end for megabytes. */
const HANG_MS = 5_000;

// three.js logs every unexpected number to the console.
for (const way of ['warn', 'error', 'info'] as const) console[way] = () => undefined;

for (const [name, { seeds, parse }] of Object.entries(PARSERS)) {
  test(`${name}, bent at random`, async () => {
    test.setTimeout(0);
    const random = seededRandom(seed * 1000 + name.length);
    const found: string[] = [];
    let refused = 0;
    for (const whole of seeds) {
      // The unchanged file must be read, or refused with our own error: otherwise the mutations test nothing but the
      // first check.
      await Promise.resolve()
        .then(() => parse(whole))
        .catch((error: unknown) => expect(error).toBeInstanceOf(ZoetropeError));
    }
    for (let i = 0; i < inputs; i++) {
      const bent = bend(seeds[i % seeds.length]!, random);
      const began = performance.now();
      try {
        await parse(bent);
      } catch (error) {
        refused += 1;
        if (!(error instanceof ZoetropeError))
          found.push(`${String(error)} from ${JSON.stringify(text(bent)).slice(0, 300)}`);
      }
      if (performance.now() - began > HANG_MS)
        found.push(`took ${performance.now() - began} ms: ${JSON.stringify(text(bent)).slice(0, 300)}`);
    }
    report(`fuzz ${name}`, { inputs, refused, found: found.length });
    expect(found.slice(0, 5)).toEqual([]);
  });
}
