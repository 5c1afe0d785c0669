import type { Item, Part } from '../../contract';

export type Run = { type: 'text'; text: string } | { type: 'pictures'; items: Item[]; first: number };

/** Parts with neighbouring pictures taken together; `first` is the number of a run's first picture, from 1. */
export function runsOf(parts: readonly Part[]): Run[] {
  const runs: Run[] = [];
  let number = 1;
  for (const part of parts) {
    const last = runs.at(-1);
    if (part.type === 'text') runs.push(part);
    else {
      if (last?.type === 'pictures') last.items.push(part.item);
      else runs.push({ type: 'pictures', items: [part.item], first: number });
      number += 1;
    }
  }
  return runs;
}
