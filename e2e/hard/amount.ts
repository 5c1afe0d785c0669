// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../fixtures/window';

/**
 * The hard tests are short in `npm test` and long in `npm run hard`, which passes its options (a JSON object of
 * numbers) in ZOETROPE_HARD.
 */
const asked =
  process.env['ZOETROPE_HARD'] === undefined
    ? undefined
    : (JSON.parse(process.env['ZOETROPE_HARD']) as Record<string, number>);

/** Whether this is `npm run hard`. */
export const long = asked !== undefined;

/** How often to repeat something: the option of that name, else the short or the long default. */
export const amount = (option: string, defaults: { short: number; long: number }): number =>
  asked?.[option] ?? (long ? defaults.long : defaults.short);

/** Prints the figures of a hard test and saves them in test-results/hard/NAME.json. */
export function report(name: string, figures: Record<string, unknown>): void {
  const folder = join(root, 'test-results/hard');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(figures, null, 2)}\n`);
  for (const [what, value] of Object.entries(figures))
    console.log(`  ${name}: ${what} ${typeof value === 'string' ? value : JSON.stringify(value)}`);
}
