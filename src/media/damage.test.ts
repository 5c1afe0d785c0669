// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { inEnglish, type VideoNote } from '../contract';
import { ffmpeg } from './golden/clip';
import { makeCorpus } from './golden/corpus';
import { FRAMES } from './golden/frames';
import { md5, oracle, type TrueFrame } from './golden/truth';
import { frameAt, nearestSound, openVideo, readFrames, uniformFrames } from './index';

vi.setConfig({ testTimeout: 120_000 });
const temp = await mkdtemp(join(tmpdir(), 'zoetrope-damage-'));
afterAll(() => rm(temp, { recursive: true, force: true }));
const corpus = await makeCorpus(FRAMES, [
  'bframes.mp4',
  'open.mkv',
  'long.mkv',
  'late.ts',
  'ps.mpg',
  'b.avi',
  'mjpeg.avi',
  'prores.mov',
  'archive.mkv',
  'raw.h264',
]);
const clip = (file: string): string => corpus.find((one) => one.file === file)!.path;

/** Reads frames of a damaged copy: which frames came, which of them differ from the undamaged file, and the notes. */
async function read(path: string, wanted: readonly number[], truth: readonly TrueFrame[]) {
  const notes: VideoNote[] = [];
  const came: number[] = [];
  const wrong: number[] = [];
  const index = await openVideo(path);
  // Whole packets may be lost, so ordinals shift: frames are identified by their pixels.
  const places = new Map(truth.map(({ md5: sum }, place) => [sum, place]));
  for await (const { frame, image } of readFrames(
    path,
    index,
    wanted.filter((place) => place < index.frameCount),
    { onNote: (note) => notes.push(note) },
  )) {
    const place = places.get(md5(image));
    if (place === undefined) wrong.push(frame.index);
    else came.push(place);
  }
  return { index, notes, came, wrong };
}

/** A copy of a file with `count` bytes overwritten, starting at the fraction `at` of its length. */
async function rotten(file: string, at: number, count: number): Promise<string> {
  const data = await readFile(clip(file));
  for (let k = 0; k < count; k++) data[Math.floor(data.length * at) + k] = (k * 97) & 255;
  const path = join(temp, file);
  await writeFile(path, data);
  return path;
}

describe('bytes that have rotted in the middle', () => {
  /** How far apart the keyframes are: that many frames may depend on the damage, and a few at the edges. */
  it.each([
    ['bframes.mp4', 12, 150],
    ['open.mkv', 24, 150],
    ['long.mkv', 100, 150],
    ['late.ts', 12, 150],
    ['ps.mpg', 12, 150],
    ['b.avi', 12, 150],
    ['mjpeg.avi', 1, 150],
    ['prores.mov', 1, 1500],
    ['raw.h264', 24, 150],
  ] as const)('of %s cost the frames that lean on them, and no other', async (file, far, count) => {
    const truth = await oracle(clip(file));
    const { index, came, wrong, notes } = await read(
      await rotten(file, 0.45, count),
      truth.map((_, i) => i),
      truth,
    );
    expect(wrong).toEqual([]);
    const lost = truth.flatMap((_, i) => (came.includes(i) ? [] : [i]));
    expect(lost).not.toEqual([]);
    // For a raw H.264 stream the number of frames that the decoder holds back is unknown.
    expect(lost.at(-1)! - lost[0]!).toBeLessThan(far + (file === 'raw.h264' ? 32 : 16));
    if (index.frameCount > came.length)
      expect(notes).toMatchObject([{ kind: expect.stringMatching(/frames-skipped|readable-until/) as unknown }]);
  });

  it('of 16 frames, taken from all over, each that comes is right', async () => {
    const truth = await oracle(clip('long.mkv'));
    const { came, wrong, notes } = await read(await rotten('long.mkv', 0.3, 40), uniformFrames(FRAMES, 16), truth);
    expect([wrong, came.length < 16, notes.length]).toEqual([[], true, 1]);
  });
});

it('finds the frame nearest to a damaged one that is as it was', async () => {
  const truth = await oracle(clip('bframes.mp4'));
  const path = await rotten('bframes.mp4', 0.45, 150);
  const { index, came } = await read(
    path,
    truth.map((_, i) => i),
    truth,
  );
  const lost = truth.flatMap((_, i) => (came.includes(i) ? [] : [i]));
  for (const place of [lost[0]!, lost.at(-1)!]) {
    const near = await nearestSound(index, place);
    const best = Math.min(...came.map((other) => Math.abs(other - place)));
    expect([came.includes(near!), Math.abs(near! - place)]).toEqual([true, best]);
  }
});

const untilOf = ({ text }: VideoNote): number => Number(/up to ([\d.]+) s/.exec(inEnglish(text))?.[1]);

describe('a file that was cut', () => {
  it.each(['mp4', 'mkv', 'ts'])('%s is readable up to the very frame that is named', async (suffix) => {
    const path = join(temp, `cut.${suffix}`);
    await ffmpeg(
      '-i',
      clip('bframes.mp4'),
      '-c',
      'copy',
      ...(suffix === 'mp4' ? ['-movflags', '+faststart'] : []),
      path,
    );
    const truth = await oracle(path);
    await truncate(path, Math.floor((await readFile(path)).length * 0.6));
    const all = truth.map((_, i) => i);
    const { index, notes, came, wrong } = await read(path, all, truth);
    expect(wrong).toEqual([]);
    expect(came).toEqual(all.slice(0, came.length));
    const said = [...index.notes, ...notes];
    // A transport stream does not store its length: if its last frame is intact, nothing counts as missing.
    expect(said.length).toBe(suffix === 'ts' && came.length === index.frameCount ? 0 : 1);
    if (said.length === 0) return;
    const until = untilOf(said[0]!);
    expect(until).toBeCloseTo(frameAt(index, came.at(-1)!).time, 2);
    // The result does not depend on which frames are requested.
    const some = await read(path, uniformFrames(index.frameCount, 5), truth);
    for (const note of some.notes) expect(untilOf(note)).toBeCloseTo(until, 2);
    // Beyond the cut, only frames that were decoded before the last, broken one may be unchanged.
    const beyond = await oracle(path);
    expect(
      beyond.slice(came.length).filter(({ md5: sum }, k) => sum === truth[came.length + k]!.md5).length,
    ).toBeLessThan(6);
  });
});
