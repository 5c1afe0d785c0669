// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it, vi } from 'vitest';
import type { SamplingPlan, TimeRange, VideoNote } from '../contract';
import { makeCorpus } from './golden/corpus';
import { CUT_EVERY, readCode, upright } from './golden/frames';
import { md5, oracle, type TrueFrame } from './golden/truth';
import {
  frameAt,
  openVideo,
  planFrames,
  readFrames,
  sceneFrames,
  stretchesOf,
  uniformFrames,
  type VideoIndex,
} from './index';
import { listNames } from './ffmpeg';
import { roundHalfEven } from './plan';

vi.setConfig({ testTimeout: 120_000 });
const corpus = await makeCorpus();
const tonemaps = (await listNames('filters')).has('zscale');
const pathOf = (file: string): string => corpus.find((clip) => clip.file === file)!.path;

/** The frames a plan must choose, computed from the decoded frames alone and not from our index. */
function expected(plan: SamplingPlan, truth: readonly TrueFrame[], { startTime }: VideoIndex): number[] {
  const n = truth.length;
  const times = truth.map(({ pts }) => pts - startTime);
  const onScreen = (time: number): number =>
    Math.max(
      0,
      times.findLastIndex((at) => at <= time + 1e-6),
    );
  /** The frames that are on screen at some moment of a range. */
  const inside = (ranges: readonly TimeRange[] | undefined): number[] =>
    times.flatMap((_, i) =>
      ranges === undefined || ranges.some(({ start, end }) => i >= onScreen(start) && i <= onScreen(end)) ? [i] : [],
    );
  const among = (places: number[], count: number): number[] =>
    uniformFrames(places.length, count).map((i) => places[i]!);
  switch (plan.strategy) {
    case 'uniform':
      return among(inside(plan.ranges), plan.count); // held against numpy in plan.test.ts
    case 'rate': {
      const fps = n > 1 ? (n - 1) / (times[n - 1]! - times[0]!) : 0;
      const step = Math.max(1, roundHalfEven(fps / plan.perSecond));
      return Array.from({ length: Math.ceil(n / step) }, (_, i) => i * step);
    }
    case 'keyframes': {
      return among(
        truth.flatMap(({ key }, i) => (key ? [i] : [])),
        plan.cap,
      );
    }
    case 'at':
      return [...new Set(plan.times.map(onScreen))].sort((a, b) => a - b);
    case 'denser': {
      const chosen = [...new Set(plan.times.map(onScreen))];
      const room = inside([plan.range]);
      const there = room.filter((place) => chosen.includes(place)).length;
      const count = Math.min(plan.most, Math.max(1, there) * plan.factor - there, room.length - there);
      const away = (place: number): number => Math.min(...chosen.map((other) => Math.abs(other - place)));
      for (let k = 0; k < count; k++)
        chosen.push(room.reduce((best, place) => (away(place) > away(best) ? place : best)));
      return chosen.slice(-count || Infinity).sort((a, b) => a - b);
    }
    case 'scene':
      throw new Error('told by the bar codes');
  }
}

const PLANS: SamplingPlan[] = [
  { strategy: 'uniform', count: 5 },
  { strategy: 'rate', perSecond: 1.5, cap: 512 },
  { strategy: 'keyframes', cap: 4 },
  { strategy: 'at', times: [0, 0.02, 1.234, 2.4, 1e6] },
  {
    strategy: 'uniform',
    count: 7,
    ranges: [
      { start: 4, end: 5.5 },
      { start: 0.5, end: 1.1 },
      { start: 5, end: 5.9 },
    ],
  },
  { strategy: 'denser', times: [0, 1, 1.5, 2], range: { start: 0.7, end: 2.1 }, factor: 2, most: 9 },
];

describe('every frame asked for, and no other', () => {
  it('has files enough', () => expect(corpus.length).toBeGreaterThanOrEqual(40));

  it.each(corpus)('$name: $file', async ({ path, first, file, same, from, look: rendering, blend, decoder }) => {
    const index = await openVideo(path);
    const truth = await oracle(same ? pathOf(from!) : path, blend ?? (tonemaps ? rendering : undefined), decoder);
    // The decoders that read alpha report every frame as a keyframe.
    if (decoder) (await oracle(path)).forEach(({ key }, i) => (truth[i]!.key = key));
    expect(index.frameCount).toBe(truth.length);
    const n = index.frameCount;
    if (n > 1) expect(index.duration).toBeGreaterThan(0);
    expect(frameAt(index, n - 1).time).toBeLessThanOrEqual(index.duration);
    expect(Number.isFinite(index.averageFps)).toBe(true);

    // Times as the decoder gives them. Where it gives none, or they go backwards, our times are made up and there is no
    // reference for plans by time.
    const clock = truth.every(({ pts }, i) => pts > (truth[i - 1]?.pts ?? -Infinity));
    if (clock) truth.forEach(({ pts }, i) => expect(frameAt(index, i).time).toBeCloseTo(pts - truth[0]!.pts, 4));
    const places = new Set([n - 1, n >> 1, Math.min(n - 1, (n >> 1) + 1)]);
    for (const plan of PLANS) {
      if (
        !clock &&
        (plan.strategy === 'rate' || plan.strategy === 'at' || plan.strategy === 'denser' || 'ranges' in plan)
      )
        continue;
      // With gradual refresh, packets mark the frame where it begins, the decoder the one where it is complete.
      if (file === 'refresh.mp4' && plan.strategy === 'keyframes') continue;
      const chosen = planFrames(index, plan as never);
      expect(chosen, JSON.stringify(plan)).toEqual(expected(plan, truth, index));
      if (plan.strategy !== 'rate') chosen.forEach((place) => places.add(place));
    }
    const readable = first !== undefined;
    if (readable && n > 2 * CUT_EVERY) {
      const cuts = Array.from({ length: Math.ceil(n / CUT_EVERY) }, (_, k) => k * CUT_EVERY);
      expect(await sceneFrames(path, index, stretchesOf(index, undefined), cuts.length)).toEqual(cuts);
    }

    const notes: VideoNote[] = [];
    const seen: number[] = [];
    for await (const { frame, image } of readFrames(path, index, [...places], { onNote: (note) => notes.push(note) })) {
      seen.push(frame.index);
      const { width, height } = truth[frame.index]!;
      expect([image.width, image.height]).toEqual([width, height]);
      if (frame.index === 0) expect([index.width, index.height]).toEqual([width, height]);
      expect(md5(image), `frame ${frame.index} of ${file}`).toBe(truth[frame.index]!.md5);
      if (readable) expect(readCode(upright(image, index.rotation))).toBe(first + frame.index);
    }
    expect(notes.map(({ kind }) => kind)).toEqual(rendering ? [tonemaps ? 'tone-mapped' : 'hdr-unmapped'] : []);
    expect(seen).toEqual([...places].sort((a, b) => a - b));
  });
});
