// SPDX-License-Identifier: Apache-2.0
import { chooseGreedy, coveredShare } from '../../src/camera';
import { seededRandom, type SceneSurvey } from '../../src/contract';
import { spread, type Spread } from './statistics';

/** How much of what all candidate places see a few views show, as shares from 0 to 1. */
export interface ViewsCoverage {
  /** Number of candidate places. */
  places: number;
  /** The app's choice, and how many views it took. */
  greedy: number;
  views: number;
  /** Over many draws of the same number of places. */
  random: Spread;
  /** Evenly spaced: from the middle of a room outwards, or around an object. */
  spaced: number;
}

/** Number of random draws: enough for a stable median. */
const DRAWS = 200;

/**
 * Compares the app's choice of `count` views with random and with evenly spaced views. The same survey gives the same
 * numbers.
 */
export function compareCoverage({ seen, spaced, worth }: SceneSurvey, count: number): ViewsCoverage {
  const lists = seen.map((cells) => Uint32Array.from(cells));
  const worths = new Map(worth);
  const visible = new Set(seen.flat());
  const survey = { seen: lists, areaOf: (cell: number) => worths.get(cell) ?? 0 };
  const { chosen, covered } = chooseGreedy(survey, count);
  const random = seededRandom(0);
  const draws = Array.from({ length: DRAWS }, () => coveredShare(survey, draw(lists.length, count, random)));
  // Only cells that a candidate sees count; otherwise a view of an unreachable corner would count against all others.
  const plain = spaced.map((cells) => Uint32Array.from(cells.filter((cell) => visible.has(cell))));
  const both = { ...survey, seen: [...lists, ...plain] };
  return {
    places: lists.length,
    greedy: covered.at(-1) ?? 0,
    views: chosen.length,
    random: spread(draws),
    spaced: coveredShare(
      both,
      plain.map((_pieces, k) => lists.length + k),
    ),
  };
}

/** `count` distinct integers from 0 to `among` - 1. */
function draw(among: number, count: number, random: () => number): number[] {
  const deck = Array.from({ length: among }, (_, k) => k);
  return Array.from({ length: Math.min(count, among) }, () => deck.splice(Math.floor(random() * deck.length), 1)[0]!);
}
