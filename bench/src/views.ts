// SPDX-License-Identifier: Apache-2.0
import { chooseGreedy, coveredShare } from '../../src/camera';
import { seededRandom, type SceneSurvey } from '../../src/contract';
import { spread, type Spread } from './statistics';

/** How much of what all places see a few views show, as shares from 0 to 1. */
export interface ViewsCoverage {
  /** Places that were looked from. */
  places: number;
  /** The app's choice, and how many views it took. */
  greedy: number;
  views: number;
  /** Over many draws of as many places. */
  random: Spread;
  /** Evenly spaced: in the middle of a room looking out, or round a thing. */
  spaced: number;
}

/** Draws of random places: enough that the middle of them holds still. */
const DRAWS = 200;

/** Compares the app's choice of `count` views with chance and with plain spacing. The same survey gives the same numbers. */
export function compareCoverage({ seen, spaced, worth }: SceneSurvey, count: number): ViewsCoverage {
  const lists = seen.map((cells) => Uint32Array.from(cells));
  const worths = new Map(worth);
  const visible = new Set(seen.flat());
  const survey = { seen: lists, areaOf: (cell: number) => worths.get(cell) ?? 0 };
  const { chosen, covered } = chooseGreedy(survey, count);
  const random = seededRandom(0);
  const draws = Array.from({ length: DRAWS }, () => coveredShare(survey, draw(lists.length, count, random)));
  // Only what the places see counts, or a view into a corner nobody can reach would count against all others.
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

/** `count` different numbers below `among`. */
function draw(among: number, count: number, random: () => number): number[] {
  const deck = Array.from({ length: among }, (_, k) => k);
  return Array.from({ length: Math.min(count, among) }, () => deck.splice(Math.floor(random() * deck.length), 1)[0]!);
}
