// SPDX-License-Identifier: Apache-2.0
/**
 * Chooses the few of many candidate views that together show the most. Each candidate lists the surface cells it sees;
 * every cell has an area.
 */
export interface Survey {
  /** For each candidate the cells whose front it sees, each cell once. */
  seen: readonly Uint32Array[];
  /** Area of a cell by its number; without it all cells count equally. */
  areaOf?: (cell: number) => number;
}

export interface Choice {
  /** Candidates in the order in which they were chosen. */
  chosen: number[];
  /** After each choice: the share of what any candidate sees that has been seen, 0..1. */
  covered: number[];
}

/** Share at which to stop: more views would add too little for their tokens. */
export const ENOUGH = 0.9;

/**
 * Repeatedly takes the candidate that adds the most unseen area, until `cap` views are chosen, the share `enough` is
 * seen or nothing can be added. What a candidate adds only ever shrinks, so one whose last known gain is below the best
 * is not evaluated again.
 */
export function chooseGreedy({ seen, areaOf = () => 1 }: Survey, cap: number, enough: number = ENOUGH): Choice {
  const all = new Set<number>();
  for (const cells of seen) for (const cell of cells) all.add(cell);
  let whole = 0;
  for (const cell of all) whole += areaOf(cell);
  const found = new Set<number>();
  const worth = seen.map(() => Infinity);
  const choice: Choice = { chosen: [], covered: [] };
  let area = 0;
  while (choice.chosen.length < cap && area < enough * whole) {
    let best = -1;
    let most = 0;
    for (const [k, cells] of seen.entries()) {
      if (worth[k]! <= most) continue;
      worth[k] = 0;
      for (const cell of cells) if (!found.has(cell)) worth[k] += areaOf(cell);
      if (worth[k] > most) [best, most] = [k, worth[k]];
    }
    if (best < 0) break;
    for (const cell of seen[best]!) found.add(cell);
    worth[best] = 0;
    area += most;
    choice.chosen.push(best);
    choice.covered.push(Math.min(1, area / whole));
  }
  return choice;
}

/** The share of what all candidates see that the chosen ones see, 0..1. */
export function coveredShare({ seen, areaOf = () => 1 }: Survey, chosen: readonly number[]): number {
  const sum = (cells: Iterable<number>): number => {
    let total = 0;
    for (const cell of cells) total += areaOf(cell);
    return total;
  };
  const union = (lists: readonly Uint32Array[]): Set<number> => new Set(lists.flatMap((cells) => [...cells]));
  const whole = sum(union(seen));
  return whole === 0 ? 0 : sum(union(chosen.map((k) => seen[k]!))) / whole;
}
