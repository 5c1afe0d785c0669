// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { cloudObject } from '../formats/points';
import { Thinning } from './thin';

const COUNT = 600_000;
const positions = Float32Array.from({ length: 3 * COUNT }, (_, k) => Math.floor(k / 3) / COUNT);
const colours = Uint8Array.from({ length: 3 * COUNT }, (_, k) =>
  k % 3 === 0 ? Math.floor(Math.floor(k / 3) / 4096) : 0,
);

it('draws all of a large cloud at rest, and an even part of it where the card is slow', () => {
  const cloud = cloudObject({ positions: positions.slice(), colours }, 'y', 'a');
  const thinning = new Thinning(cloud);
  expect(thinning.moving(1 / 60)).toBe(false);
  expect(cloud.geometry.drawRange.count).toBe(COUNT);
  let least = COUNT;
  for (let k = 0; k < 10; k++) {
    thinning.moving(0.5);
    expect(cloud.geometry.drawRange.count).toBeLessThanOrEqual(least);
    least = cloud.geometry.drawRange.count;
  }
  expect(least).toBeLessThan(COUNT / 50);
  // The points that are left are spread evenly: the same number in each tenth of the cloud.
  const shown = cloud.geometry
    .getAttribute('position')
    .array.slice(0, 3 * least)
    .filter((_, k) => k % 3 === 0);
  for (let tenth = 0; tenth < 10; tenth++) {
    const inside = shown.filter((x) => x >= tenth / 10 && x < (tenth + 1) / 10).length;
    expect(inside / least).toBeCloseTo(0.1, 2);
  }
  for (let k = 0; k < 20; k++) thinning.moving(1 / 60);
  expect(cloud.geometry.drawRange.count).toBe(COUNT);
  thinning.moving(1);
  thinning.all();
  expect(cloud.geometry.drawRange.count).toBe(COUNT);
});

it('keeps every point, with its colour', () => {
  const { geometry } = cloudObject({ positions: positions.slice(), colours }, 'y', 'a');
  const [at, colour] = [geometry.getAttribute('position'), geometry.getAttribute('color')];
  const seen = new Uint8Array(COUNT);
  const light = new Map<number, number>();
  for (let k = 0; k < COUNT; k++) {
    const was = Math.round(at.getX(k) * COUNT);
    seen[was] = 1;
    const byte = colours[3 * was]!;
    if (!light.has(byte)) light.set(byte, colour.getX(k));
    if (light.get(byte) !== colour.getX(k)) throw new Error(`point ${was} has another's colour`);
  }
  expect(seen.every((one) => one === 1)).toBe(true);
});
