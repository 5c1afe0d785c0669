// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Item, Take } from '../../contract';
import { samplePairs } from './compare';
import { get, NO_PROJECT, set, type VideoFacts } from './store';
import { addFrame, dropProposal, insertFrames, proposeDenser, retakeFrame } from './video';

/** Each frame is shown for one second; the main process returns the frames that are asked for. */
const frame = (source: string, index: number, take?: Take): Item => ({
  id: `${source}${index}`,
  picture: { sha256: '0'.repeat(64), width: 1, height: 1 },
  origin: {
    kind: 'frame',
    source: { id: source, name: source },
    index,
    pts: index,
    time: index,
    keyframe: false,
    ...(take && { take }),
  },
});
const sampled = ({ source, plan }: { source: string; plan: { strategy: string; times?: number[] } }) => ({
  cancel: () => undefined,
  result: Promise.resolve({
    ok: true,
    value: { items: (plan.times ?? [2, 6]).map((time) => frame(source, Math.round(time))), notes: [] },
  }),
});
let answerPlan: () => void;
const facts = { info: { duration: 10, fps: 1, notes: [] }, thumbnails: [], notes: [] } as unknown as VideoFacts;
const part = (label: string) => [{ id: label, start: 0, end: 10, label, chosen: true }];

beforeEach(() => {
  const saved = () => Promise.resolve({ ok: true, value: undefined });
  const planned = new Promise((resolve) => (answerPlan = () => resolve({ ok: true, value: { times: [3] } })));
  vi.stubGlobal('window', {
    zoetrope: {
      'video.sample': sampled,
      'video.plan': () => ({ result: planned }),
      'conversation.measure': () => Promise.resolve({ ok: true, value: null }),
      'tray.set': saved,
      'video.segments': saved,
      'video.setup': saved,
    },
  });
  set({
    project: {
      ...NO_PROJECT,
      activeSource: 'a',
      tray: [frame('a', 2, 'A'), frame('b', 2, 'B'), frame('a', 6, 'A'), frame('b', 6, 'B')],
    },
    videos: { a: facts, b: facts },
    proposal: null,
  });
});
afterEach(() => vi.unstubAllGlobals());

const tray = () =>
  get().project.tray.map(({ id, origin }) =>
    `${id} ${origin.kind === 'frame' ? `${origin.take ?? '-'} ${origin.label ?? ''}` : ''}`.trim(),
  );

it('a frame that joins those of a compared video is of the same take', async () => {
  await addFrame('b', 4);
  expect(tray()).toEqual(['a2 A', 'b2 B', 'a6 A', 'b4 B', 'b6 B']);
  await insertFrames('a', [3, 9]);
  await retakeFrame('a', 'a2', 1);
  expect(tray()).toEqual(['b2 B', 'a1 A', 'a3 A', 'a6 A', 'a9 A', 'b4 B', 'b6 B']);
});

it('a frame of a video that is not compared is of none', async () => {
  set({ project: { ...get().project, tray: [frame('a', 2)] } });
  await addFrame('a', 4);
  await addFrame('c', 1);
  expect(tray()).toEqual(['a2 -', 'a4 -', 'c1 -']);
});

it('compared frames are named after the parts they lie in', async () => {
  const videoSetups = {
    a: {
      subtitles: { shown: true, sent: false, track: null, encoding: null },
      compare: { with: 'b', offset: 0, arrange: 'alternate' as const },
    },
  };
  set({ project: { ...get().project, tray: [], segments: { a: part('Kick-off'), b: part('Replay') }, videoSetups } });
  await samplePairs('a');
  expect(tray()).toEqual(['a2 A Kick-off', 'b2 B Replay', 'a6 A Kick-off', 'b6 B Replay']);
});

it.each([
  ['comes where it is wanted', () => undefined, true],
  ['does not come once it was dismissed', dropProposal, false],
  ['does not come to another video', () => set({ project: { ...get().project, activeSource: 'b' } }), false],
])('a proposal of more frames %s', async (_words, meanwhile, comes) => {
  const proposed = proposeDenser('a', { start: 0, end: 10 }, 2);
  meanwhile();
  answerPlan();
  await proposed;
  expect(get().proposal !== null).toBe(comes);
});
