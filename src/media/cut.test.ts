// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { makeCorpus } from './golden/corpus';
import { FRAMES, readCode } from './golden/frames';
import {
  clipEnding,
  cutClip,
  frameAt,
  keyframeBefore,
  openVideo,
  pictureHash,
  readFrames,
  type VideoIndex,
} from './index';

vi.setConfig({ testTimeout: 120_000 }); // every test starts several processes, on machines that may be busy
const temp = await mkdtemp(join(tmpdir(), 'zoetrope-cut-'));
afterAll(() => rm(temp, { recursive: true, force: true }));

/** With B-frames, an open GOP, changing frame rates, late clocks, sound, edit lists, turned pictures, and no clock. */
const NAMES = 'bframes.mp4 vfr.mp4 late.ts latesound.mp4 open.mkv turned90.mp4 anim.gif';
const clips = await makeCorpus(FRAMES, NAMES.split(' '));

/** The numbers on some frames, in order. */
async function contents(path: string, index: VideoIndex, frames: number[]) {
  const codes: number[] = [];
  for await (const { image } of readFrames(path, index, frames)) codes.push(readCode(image));
  return codes;
}

it.for(clips)('exact ends: the frames of the range and no others, at their times: $file', async ({ path, file }) => {
  const index = await openVideo(path);
  const [first, last] = index.frameCount > 77 ? [31, 77] : [3, 20];
  const range = { start: frameAt(index, first).time, end: frameAt(index, last).time };
  const cut = join(temp, `${file} exact${clipEnding(path, 'exact')}`);
  const clip = await cutClip(path, index, { range, way: 'exact', file: cut });
  expect(clip).toMatchObject({ first, last, start: range.start });
  const out = await openVideo(cut);
  expect(out.frameCount).toBe(last - first + 1);
  const times = (of: VideoIndex, from: number) =>
    Array.from({ length: last - first + 1 }, (_, k) => frameAt(of, from + k).time - frameAt(of, from).time);
  times(index, first).forEach((time, k) => expect(times(out, 0)[k]).toBeCloseTo(time, 3));
  if (index.rotation === 0) {
    const places = [0, 1, 7, last - first];
    expect(await contents(cut, out, places)).toEqual(
      await contents(
        path,
        index,
        places.map((k) => first + k),
      ),
    );
  }
  expect([out.width, out.height, out.rotation]).toEqual([index.width, index.height, 0]);
  expect(out.hasAudio).toBe(index.hasAudio);
  if (out.hasAudio) expect(Math.abs(out.lead)).toBeLessThan(0.06);
});

it.for(clips.filter(({ file }) => !/gif|vfr|late/.test(file)))(
  'as it is: from the keyframe before the range, the very pixels of the file: $file',
  async ({ path, file }) => {
    const index = await openVideo(path);
    const range = { start: frameAt(index, 31).time, end: frameAt(index, 77).time };
    const cut = join(temp, `${file} copy${clipEnding(path, 'copy')}`);
    const { first, last } = await cutClip(path, index, { range, way: 'copy', file: cut });
    expect(first).toBe(keyframeBefore(index, 31));
    const out = await openVideo(cut);
    const hashes = async (of: string, video: VideoIndex, from: number, to: number) => {
      const found: string[] = [];
      const places = Array.from({ length: to - from + 1 }, (_, k) => from + k);
      for await (const { image } of readFrames(of, video, places))
        found.push(`${readCode(image)} ${pictureHash(image)}`);
      return found;
    };
    // Frames beside the range may come along: those that an open GOP shows before its keyframe, and the last packets,
    // which are in decoding order.
    const wanted = await hashes(path, index, first, last);
    const got = await hashes(cut, out, 0, out.frameCount - 1);
    const at = got.indexOf(wanted[0]!);
    expect(got.slice(at, at + wanted.length)).toEqual(wanted);
    expect(got.length - wanted.length).toBeLessThan(8);
  },
);

it('a cancelled or impossible cut leaves no file', async () => {
  const { path } = clips.find(({ file }) => file === 'bframes.mp4')!;
  const index = await openVideo(path);
  const abort = new AbortController();
  abort.abort();
  const file = join(temp, 'cancelled.mp4');
  const range = { start: 0, end: 1 };
  await expect(cutClip(path, index, { range, way: 'exact', file }, { signal: abort.signal })).rejects.toMatchObject({
    code: 'cancelled',
  });
  const nowhere = join(temp, 'no folder', 'x.mp4');
  await expect(cutClip(path, index, { range, way: 'copy', file: nowhere })).rejects.toMatchObject({
    code: 'ffmpeg-failed',
  });
  const gif = clips.find((clip) => clip.file === 'anim.gif')!;
  const moving = { ...(await openVideo(gif.path)), access: 'pass' as const };
  await expect(cutClip(gif.path, moving, { range, way: 'copy', file })).rejects.toMatchObject({ code: 'bad-request' });
  expect((await readdir(temp)).filter((name) => /cancelled|part/.test(name))).toEqual([]);
});
