// SPDX-License-Identifier: Apache-2.0
import { copyFile, mkdtemp, open, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { ffmpeg } from './golden/clip';
import { makeCorpus } from './golden/corpus';
import { FRAMES, readCode, upright } from './golden/frames';
import { md5, oracle, type TrueFrame } from './golden/truth';
import {
  ffmpegCommand,
  fileKind,
  frameAt,
  openVideo,
  peekVideo,
  readCues,
  readFrames,
  subtitleTracks,
  thumbnails,
  uniformFrames,
  type VideoIndex,
} from './index';
import { everyFrame, listNames } from './ffmpeg';
import type { RgbImage, VideoNote } from '../contract';

vi.setConfig({ testTimeout: 120_000 }); // every test starts several processes, on machines that may be busy
const temp = await mkdtemp(join(tmpdir(), 'zoetrope-video-'));
afterAll(() => rm(temp, { recursive: true, force: true }));
const CLIPS = [
  'bframes.mp4',
  'late.ts',
  'turned90.mp4',
  'turned180.mp4',
  'turned270.mp4',
  'one.mp4',
  'ten.mp4',
  'sar.mp4',
  'long.mkv',
];
for (const { file, path } of await makeCorpus(FRAMES, CLIPS)) await copyFile(path, join(temp, file));
// Vitest's matchers are typed `any`.
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const at = (file: string): string => join(temp, file);
const put = async (file: string, data: string | Buffer): Promise<string> => {
  await writeFile(at(file), data);
  return at(file);
};

/** Reads frames and compares each with the reference; returns the ordinals that came and the notes. */
async function readAndCheck(path: string, index: VideoIndex, wanted: number[], truth: TrueFrame[], first?: number) {
  const notes: VideoNote[] = [];
  const seen: number[] = [];
  for await (const { frame, image } of readFrames(path, index, wanted, { onNote: (note) => notes.push(note) })) {
    seen.push(frame.index);
    expect([image.width, image.height]).toEqual([index.width, index.height]);
    expect(md5(image), `frame ${frame.index}`).toBe(truth[frame.index]!.md5);
    if (first !== undefined) expect(readCode(upright(image, index.rotation))).toBe(first + frame.index);
  }
  return { notes, seen };
}

it('reads a file of tens of gigabytes where its frames are, and nothing else', async () => {
  const path = at('huge.mp4');
  await ffmpeg('-i', at('bframes.mp4'), '-c', 'copy', '-movflags', '+faststart', path);
  const data = await readFile(path);
  const mdat = data.indexOf('mdat') - 4;
  const hole = 4e9; // still within reach of 32-bit offsets
  for (let box = data.indexOf('stco') + 8, k = 0; k < data.readUInt32BE(box); k++)
    data.writeUInt32BE(data.readUInt32BE(box + 4 + k * 4) + hole, box + 4 + k * 4);
  const free = Buffer.from('\0\0\0\x01free\0\0\0\0\0\0\0\0', 'latin1');
  free.writeBigUInt64BE(BigInt(hole), 8);
  data.writeUInt32BE(0, mdat); // to the end of the file
  const file = await open(path, 'w');
  await file.write(Buffer.concat([data.subarray(0, mdat), free]), 0, mdat + free.length, 0);
  await file.write(data, mdat, data.length - mdat, mdat + hole);
  await file.truncate(40e9);
  await file.close();
  const index = await openVideo(path);
  expect([index.size, index.frameCount]).toEqual([40e9, FRAMES]);
  const { seen } = await readAndCheck(path, index, uniformFrames(FRAMES, 7), await oracle(at('bframes.mp4')), 0);
  expect(seen).toEqual(uniformFrames(FRAMES, 7));
  await rm(path);
});

describe('an animated WebP', () => {
  it('that is broken gets a plain reason, and one that stands still is a photograph', async () => {
    const still = await sharp(Buffer.alloc(300), { raw: { width: 10, height: 10, channels: 3 } })
      .webp()
      .toBuffer();
    expect(await fileKind(await put('still.webp', still))).toBe('photo');
    const strip = sharp(Buffer.from(Array.from({ length: 900 }, (_, i) => i & 255)), {
      raw: { width: 10, height: 30, channels: 3, pageHeight: 10 },
    });
    const moving = await strip.webp({ lossless: true, delay: [40, 5, 3000] }).toBuffer();
    const path = await put('moving.webp', moving);
    expect(await fileKind(path)).toBe('video');
    await peekVideo(path);
    const index = await openVideo(path);
    // A frame of 5 ms is shown for a tenth of a second, as in browsers.
    expect([0, 1, 2].map((i) => frameAt(index, i).time)).toEqual([0, 0.04, 0.14]);
    await put('moving.webp', moving.subarray(0, moving.length >> 1));
    await expect(openVideo(path)).rejects.toMatchObject({ code: 'not-a-video', advice: matching(/\.$/) });
    await expect(ffmpegCommand(path, index, [0], '%d.png')).rejects.toMatchObject({ code: 'bad-request' });
  });
});

it.each(['clear.gif', 'clear.webp', 'clear.apng', 'clear.mov'])(
  '%s: what is transparent lies on white, in frames and thumbnails; what is opaque keeps its bytes',
  async (name) => {
    const path = at(name);
    if (name.endsWith('webp')) {
      const strip = Buffer.from(
        Array.from({ length: 16 * 32 }, (_, i) => [200, i === 300 ? 11 : 10, 30, i % 16 < 8 ? 0 : 255]).flat(),
      );
      await put(
        name,
        await sharp(strip, { raw: { width: 16, height: 32, channels: 4, pageHeight: 16 } })
          .webp({ lossless: true, delay: [40, 40] })
          .toBuffer(),
      );
    } else {
      const picture =
        "color=0xC80A1E:size=16x16:rate=25:d=0.08,format=rgba,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='255*gte(X,8)'";
      const codec = {
        gif: ['-filter_complex', 'split[a][b];[a]palettegen[p];[b][p]paletteuse', '-loop', '0'],
        mov: ['-c:v', 'png'],
        apng: ['-f', 'apng'],
      }[name.split('.')[1]!]!;
      await ffmpeg('-f', 'lavfi', '-i', picture, ...codec, path);
    }
    const index = await openVideo(path);
    const row = (image: RgbImage): number[][] => [0, 15].map((x) => [...image.data.subarray(3 * x, 3 * x + 3)]);
    for await (const { image } of readFrames(path, index, [0, index.frameCount - 1]))
      expect(row(image)).toEqual([
        [255, 255, 255],
        [200, 10, 30],
      ]);
    for await (const { jpeg } of thumbnails(path, index, { count: 1, height: 16 })) {
      expect(
        Math.min(...(await sharp(jpeg).extract({ left: 0, top: 0, width: 4, height: 16 }).raw().toBuffer())),
      ).toBeGreaterThan(245);
    }
  },
);

it('reads more frames in one run than an ffmpeg expression may nest', async () => {
  const path = at('long.mp4');
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc=size=64x48:rate=25:duration=9.6', '-c:v', 'libx264', '-g', '250', path);
  const index = await openVideo(path);
  const places = uniformFrames(240, 230);
  const read: number[] = [];
  for await (const { frame } of readFrames(path, index, places)) read.push(frame.index);
  expect(read).toEqual(places);
});

describe('what a file says of itself', () => {
  it('gives size as shown, pixel shape, rate, length and start', async () => {
    const plain = await openVideo(at('bframes.mp4'));
    expect(plain).toMatchObject({
      codec: 'h264',
      width: 128,
      height: 80,
      rotation: 0,
      sar: 1,
      frameCount: FRAMES,
      hasAudio: false,
    });
    expect(plain.averageFps).toBeCloseTo(25, 5);
    expect(plain.duration).toBeCloseTo(FRAMES / 25, 3);
    const quarter = await openVideo(at('turned90.mp4'));
    const three = await openVideo(at('turned270.mp4'));
    expect([quarter.rotation, three.rotation].sort()).toEqual([270, 90].sort());
    expect([quarter, three]).toMatchObject([
      { width: 80, height: 128 },
      { width: 80, height: 128 },
    ]);
    expect(await openVideo(at('turned180.mp4'))).toMatchObject({ width: 128, height: 80, rotation: 180 });
    expect((await openVideo(at('sar.mp4'))).sar).toBeCloseTo(4 / 3, 5);
    const late = await openVideo(at('late.ts'));
    expect(late.startTime).toBeGreaterThan(3600);
    expect(frameAt(late, 25).time).toBeCloseTo(1, 3);
    expect(frameAt(await openVideo(at('one.mp4')), 0)).toMatchObject({ time: 0, keyframe: true });
  });

  it('is read once, until the file changes', async () => {
    await copyFile(at('bframes.mp4'), at('again.mp4'));
    const index = await openVideo(at('again.mp4'));
    expect(await openVideo(at('again.mp4'))).toBe(index);
    await utimes(at('again.mp4'), 1, 1);
    expect(await openVideo(at('again.mp4'))).not.toBe(index);
  });
});

it.runIf((await listNames('encoders')).has('libx265'))(
  'puts the fields of H.265 together, as ffmpeg weaves them, whichever way they are reached',
  async () => {
    const path = at('fields.mp4');
    const source = ['-f', 'lavfi', '-i', 'testsrc=s=96x64:r=50:d=2'];
    await ffmpeg(
      ...source,
      '-vf',
      'separatefields,format=yuv420p',
      '-c:v',
      'libx265',
      '-preset',
      'ultrafast',
      '-x265-params',
      'log-level=none:interlace=tff:bframes=0:keyint=20:min-keyint=20',
      path,
    );
    const sums = (
      await ffmpeg('-i', path, '-vf', 'weave', ...everyFrame(), '-pix_fmt', 'rgb24', '-f', 'framemd5', 'pipe:1')
    ).toString();
    const woven = Array.from(sums.matchAll(/^0,.*, ([0-9a-f]{32})$/gm), ([, sum]) => sum!);
    const index = await openVideo(path);
    expect(index).toMatchObject({ width: 96, height: 64, frameCount: 100, access: 'seek' });
    expect([index.duration, index.averageFps]).toEqual([expect.closeTo(2, 2), expect.closeTo(50, 2)]);
    expect([49, 50].map((i) => frameAt(index, i).time)).toEqual([0.98, 1]);
    const seen: number[] = [];
    for await (const { frame, image } of readFrames(path, index, [0, 7, 50, 73, 99])) {
      seen.push(frame.index);
      expect(md5(image)).toBe(woven[frame.index]);
    }
    expect(seen).toEqual([0, 7, 50, 73, 99]);
    for await (const { jpeg } of thumbnails(path, index, { count: 1, height: 32 }))
      expect((await sharp(jpeg).metadata()).width).toBe(48);
  },
);

it('counts time from the first frame, though sound came before it', async () => {
  const path = at('latepicture.mp4');
  await ffmpeg(
    '-f',
    'lavfi',
    '-i',
    'sine=d=6',
    '-itsoffset',
    '2',
    '-i',
    at('bframes.mp4'),
    '-map',
    '1:v',
    '-map',
    '0:a',
    '-c:v',
    'copy',
    '-c:a',
    'aac',
    path,
  );
  const index = await openVideo(path);
  expect([index.lead, index.startTime]).toEqual([expect.closeTo(2, 1), expect.closeTo(2, 1)]);
  expect([0, 25].map((i) => frameAt(index, i).time)).toEqual([0, 1]);
  expect(index.duration).toBeCloseTo(FRAMES / 25, 2);
  await writeFile(at('latepicture.srt'), '1\n00:00:03,000 --> 00:00:04,000\nOne second in.\n');
  const [track] = await subtitleTracks(path, index, []);
  expect((await readCues(path, index, [], track!.id)).cues[0]!.start).toBeCloseTo(1, 1);
});

describe('cancelling', () => {
  it('stops before, while indexing and between frames', async () => {
    const aborted = AbortSignal.abort();
    await copyFile(at('bframes.mp4'), at('fresh.mp4'));
    await expect(openVideo(at('fresh.mp4'), { signal: aborted })).rejects.toMatchObject({ code: 'cancelled' });
    const during = new AbortController();
    const opening = openVideo(at('fresh.mp4'), { signal: during.signal });
    setTimeout(() => during.abort(), 15);
    await expect(opening).rejects.toMatchObject({ code: 'cancelled' });

    const index = await openVideo(at('bframes.mp4'));
    const controller = new AbortController();
    const reading = readFrames(at('bframes.mp4'), index, uniformFrames(FRAMES, 5), { signal: controller.signal });
    expect((await reading.next()).done).toBe(false);
    controller.abort();
    const began = performance.now();
    await expect(reading.next()).rejects.toMatchObject({ code: 'cancelled' });
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it('leaves no process behind when a reader walks away', async () => {
    const index = await openVideo(at('bframes.mp4'));
    for (let i = 0; i < 6; i++) {
      // More rounds than there are slots: a leak would hang here.
      for await (const { frame } of readFrames(at('bframes.mp4'), index, uniformFrames(FRAMES, 4))) {
        expect(frame.index).toBe(0);
        break;
      }
    }
  });

  it('lets many jobs share the few processes', async () => {
    const index = await openVideo(at('bframes.mp4'));
    const jobs = Array.from({ length: 6 }, async () => {
      let count = 0;
      for await (const { frame } of readFrames(at('bframes.mp4'), index, uniformFrames(FRAMES, 4)))
        count += frame.index >= 0 ? 1 : 0;
      return count;
    });
    expect(await Promise.all(jobs)).toEqual([4, 4, 4, 4, 4, 4]);
  });
});
