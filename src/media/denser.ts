// SPDX-License-Identifier: Apache-2.0
import { lengthOf, type Stretch } from './stretches';

/** A range to densify: `factor` times as many frames. */
export interface DenserRange {
  stretch: Stretch;
  factor: number;
}

/**
 * The frames to add so that a range holds `factor` times as many of the chosen ones (a range without any counts as
 * one). Each is the frame farthest from all that are chosen by then; of equally far ones, the earliest. The frames
 * already chosen stay.
 * @param chosen ordinals, ascending, without duplicates.
 * @param most at most this many are added.
 * @returns ordinals in the order they were found, so that the first k are the best k.
 */
export function denserFrames(chosen: readonly number[], { stretch, factor }: DenserRange, most = Infinity): number[] {
  const inside = chosen.filter((place) => place >= stretch.first && place <= stretch.last).length;
  const wanted = Math.min(most, Math.max(1, inside) * factor - inside, lengthOf(stretch) - inside);
  const all = [...chosen];
  const added: number[] = [];
  while (added.length < wanted) {
    const best = farthest(all, stretch);
    added.push(best);
    all.splice(all.findIndex((place) => place > best) >>> 0, 0, best);
  }
  return added;
}

/** The frame of a stretch that is farthest from any chosen one; at least one frame must not be chosen. */
function farthest(chosen: readonly number[], { first, last }: Stretch): number {
  let best = first;
  let most = -1;
  for (let k = 0; k <= chosen.length; k++) {
    const before = chosen[k - 1] ?? -Infinity;
    const after = chosen[k] ?? Infinity;
    const from = Math.max(first, before + 1);
    const to = Math.min(last, after - 1);
    if (from > to) continue;
    // Before the first and after the last chosen frame, the farthest is the end of the stretch; with none chosen, its
    // middle.
    const middle = Math.floor((Math.max(before, -1e15) + Math.min(after, 1e15)) / 2);
    const place = Math.max(from, Math.min(to, chosen.length === 0 ? Math.floor((first + last) / 2) : middle));
    const room = Math.min(place - before, after - place);
    if (room > most) [best, most] = [place, room];
  }
  return best;
}
