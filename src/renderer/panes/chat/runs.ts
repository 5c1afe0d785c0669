// SPDX-License-Identifier: Apache-2.0
import type { Item, Part } from '../../../contract';

export type Run = { type: 'text'; text: string } | { type: 'pictures'; items: Item[]; first: number };

/**
 * Joins neighbouring pictures into runs. `first` is the number of a run's first picture. @param number that of the
 * first of all.
 */
export function runsOf(parts: readonly Part[], number: number): Run[] {
  const runs: Run[] = [];
  let next = number;
  for (const part of parts) {
    const last = runs.at(-1);
    if (part.type === 'text') runs.push(part);
    else {
      if (last?.type === 'pictures') last.items.push(part.item);
      else runs.push({ type: 'pictures', items: [part.item], first: next });
      next += 1;
    }
  }
  return runs;
}
