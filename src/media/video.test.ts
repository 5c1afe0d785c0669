import { copyFile, mkdtemp, open, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { ffmpeg, FRAMES, makeCorpus, md5, oracle, readCode, upright, type TrueFrame } from './golden/corpus';
import {
  ffmpegCommand,
  FileCache,
  fileKind,
  frameAt,
  keptThumbnails,
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
  'anim.gif',
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

/** Reads frames and checks each against the truth; gives the ordinals that came and the notes. */
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

/** Light of a screen, in cd/m2, as SMPTE ST 2084 writes it. */
const pq = (light: number): number => {
  const y = (light / 10_000) ** (2610 / 16384);
  return ((3424 / 4096 + (2413 / 128) * y) / (1 + (2392 / 128) * y)) ** (2523 / 32);
};
/** The same as BT.2100 writes it for a screen of 1000 cd/m2: through the screen's own gamma, then the camera's curve. */
const hlg = (light: number): number => {
  const scene = (light / 1000) ** (1 / 1.2);
  return scene <= 1 / 12 ? Math.sqrt(3 * scene) : 0.17883277 * Math.log(12 * scene - 0.28466892) + 0.55991073;
};
const hable = (x: number): number => (x * (0.15 * x + 0.05) + 0.004) / (x * (0.15 * x + 0.5) + 0.06) - 0.02 / 0.3;

describe.each([
  ['PQ', 'smpte2084', pq],
  ['HLG', 'arib-std-b67', hlg],
] as const)('%s', (hdr, transfer, written) => {
  it('is shown as its light says, by the curve, or said not to be', async () => {
    const lights = [0.5, 5, 25, 100, 203, 400, 1000];
    const size = { width: 64, height: 48 };
    const plane = size.width * size.height;
    const raw = Buffer.alloc(lights.length * plane * 3); // 10 bits in two bytes, half as much again for the colours
    lights.forEach((light, n) => {
      for (let i = 0; i < plane * 1.5; i++)
        raw.writeUInt16LE(i < plane ? Math.round(64 + 876 * written(light)) : 512, (n * plane * 1.5 + i) * 2);
    });
    await writeFile(at('patches.yuv'), raw);
    const path = at(`${hdr}.mp4`);
    // ffmpeg up to 6 takes the colours from the options, later ones from the frames.
    const tags = ['-color_primaries', 'bt2020', '-color_trc', transfer, '-colorspace', 'bt2020nc'];
    const frames = ['-vf', `setparams=color_primaries=bt2020:color_trc=${transfer}:colorspace=bt2020nc`];
    await ffmpeg(
      '-f',
      'rawvideo',
      '-pix_fmt',
      'yuv420p10le',
      '-s',
      '64x48',
      '-i',
      at('patches.yuv'),
      ...frames,
      ...tags,
      '-c:v',
      'libx264',
      '-qp',
      '0',
      path,
    );
    const index = await openVideo(path);
    expect(index.hdr).toBe(hdr);
    const tonemaps = (await listNames('filters')).has('zscale');
    const notes: VideoNote[] = [];
    const shown: number[] = [];
    for await (const { image } of readFrames(path, index, [0, 1, 2, 3, 4, 5, 6], {
      onNote: (note) => notes.push(note),
    })) {
      expect(new Set(image.data).size).toBe(1); // grey stays grey
      shown.push(image.data[0]!);
    }
    expect(notes).toMatchObject([{ kind: tonemaps ? 'tone-mapped' : 'hdr-unmapped', text: { values: [hdr] } }]);
    expect(shown).toHaveLength(lights.length);
    if (!tonemaps) return;
    lights.forEach((light, k) => {
      // White is 100 cd/m2; the curve ends at 1000, where a file that says nothing is taken to end.
      const grey = 255 * (hable(light / 100) / hable(10)) ** (1 / 2.4); // as screens show BT.709: BT.1886
      expect(Math.abs(shown[k]! - grey), `${light} cd/m2`).toBeLessThan(2.5);
    });
  });
});

it('reads a file of tens of gigabytes where its frames are, and nothing else', async () => {
  const path = at('huge.mp4');
  await ffmpeg('-i', at('bframes.mp4'), '-c', 'copy', '-movflags', '+faststart', path);
  const data = await readFile(path);
  const mdat = data.indexOf('mdat') - 4;
  const hole = 4e9; // 32-bit places in the file still reach over it
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
    // 5 ms is shown for a tenth of a second, as browsers do.
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

describe('bad input', () => {
  const rejects = (path: string, code: string): Promise<void> =>
    expect(openVideo(path)).rejects.toMatchObject({ name: 'ZoetropeError', code, advice: matching(/\.$/) });

  it('gets a plain reason', async () => {
    await rejects(at('none.mp4'), 'file-missing');
    await rejects(temp, 'file-unreadable');
    await rejects(await put('empty.mp4', ''), 'file-empty');
    await rejects(await put('text.mp4', 'This is not a video.\n'.repeat(50)), 'not-a-video');
    const garbage = Buffer.from(Array.from({ length: 20_000 }, (_, i) => (Math.imul(i, 2654435761) >>> 13) & 255));
    await rejects(await put('garbage.mp4', garbage), 'not-a-video');
    const png = await sharp(Buffer.alloc(300), { raw: { width: 10, height: 10, channels: 3 } })
      .png()
      .toBuffer();
    await rejects(await put('picture.mp4', png), 'not-a-video');
  });

  it('is refused where its pictures are larger than 8K, whatever its length', async () => {
    const screen = Buffer.from('GIF89a\x80\x3e\x80\x3e\x80\0\0\xff\0\0\0\0\xff', 'latin1');
    const path = at('large.gif');
    await writeFile(
      path,
      Buffer.concat([screen, Buffer.from(',\0\0\0\0\x80\x3e\x80\x3e\0\x02\x02L\x01\0;', 'latin1')]),
    );
    await expect(openVideo(path)).rejects.toMatchObject({
      code: 'file-too-large',
      message: 'The pictures of "large.gif" are 16000 x 16000 pixels; up to 36 megapixels (8K) can be read.',
    });
  });
  it('never follows a playlist', async () => {
    const target = at('bframes.mp4');
    const hls = `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://${target}\n#EXT-X-ENDLIST\n`;
    await rejects(await put('hls.mp4', hls), 'not-a-video');
    await rejects(await put('hls.m3u8', hls), 'not-a-video');
    await rejects(await put('concat.mp4', `ffconcat version 1.0\nfile '${target}'\n`), 'not-a-video');
    const sdp =
      'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 9 RTP/AVP 96\na=rtpmap:96 H264/90000\n';
    await rejects(await put('stream.sdp', sdp), 'not-a-video');
  });

  it('tells an unfinished recording, sound alone and cover art', async () => {
    const whole = await readFile(at('bframes.mp4')); // moov at the end
    await rejects(await put('unfinished.mp4', whole.subarray(0, whole.length / 2)), 'video-damaged');
    await ffmpeg('-f', 'lavfi', '-i', 'sine=d=1', '-c:a', 'aac', at('sound.mp4'));
    await rejects(at('sound.mp4'), 'no-frames');
    await ffmpeg('-f', 'lavfi', '-i', 'sine=d=1', at('sound.wav'));
    await rejects(at('sound.wav'), 'no-frames');
    const png = await sharp(Buffer.alloc(300), { raw: { width: 10, height: 10, channels: 3 } })
      .png()
      .toBuffer();
    await put('cover.png', png);
    await ffmpeg(
      '-i',
      at('sound.mp4'),
      '-i',
      at('cover.png'),
      '-map',
      '0',
      '-map',
      '1',
      '-c',
      'copy',
      '-disposition:v:0',
      'attached_pic',
      at('cover.m4a'),
    );
    await rejects(at('cover.m4a'), 'no-frames');
  });

  it('shrinks the list and says so when the end cannot be decoded', async () => {
    const path = at('rot.mp4');
    await ffmpeg('-i', at('long.mkv'), '-c', 'copy', path);
    const data = await readFile(path);
    // Everything from the middle of the pictures on is zeros; the table of contents, at the end, is whole.
    data.fill(0, data.length >> 1, data.lastIndexOf('moov') - 4);
    await writeFile(path, data);
    const index = await openVideo(path);
    expect(index.frameCount).toBe(FRAMES);
    const notes: VideoNote[] = [];
    const seen: number[] = [];
    for await (const { frame, image } of readFrames(path, index, uniformFrames(FRAMES, 6), {
      onNote: (note) => notes.push(note),
    })) {
      seen.push(frame.index);
      if (frame.time < 2) expect(readCode(image)).toBe(frame.index);
    }
    expect(seen.length).toBeLessThan(6);
    expect(seen[0]).toBe(0);
    expect(notes).toMatchObject([{ kind: matching(/readable-until|frames-skipped/) }]);
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

describe('a file under our feet', () => {
  it('is missed or found changed before each job', async () => {
    const path = at('moving.mp4');
    await copyFile(at('bframes.mp4'), path);
    const index = await openVideo(path);
    await utimes(path, 1, 1);
    await expect(readFrames(path, index, [0]).next()).rejects.toMatchObject({ code: 'file-changed' });
    await expect(thumbnails(path, index, { count: 1, height: 40 }).next()).rejects.toMatchObject({
      code: 'file-changed',
    });
    await rm(path);
    await expect(readFrames(path, index, [0]).next()).rejects.toMatchObject({ code: 'file-missing' });
    await expect(openVideo(path)).rejects.toMatchObject({ code: 'file-missing' });
  });
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

describe('thumbnails', () => {
  it('are kept: made once, the same when they come from the disk, and made anew for a new version', async () => {
    const path = at('kept.mp4');
    await copyFile(at('bframes.mp4'), path);
    const cache = new FileCache(at('strips'), 1e6);
    const strip = async () => {
      const all: { time: number; jpeg: string }[] = [];
      for await (const { time, jpeg } of keptThumbnails(path, await openVideo(path), { count: 6, height: 40 }, cache))
        all.push({ time, jpeg: jpeg.toString('base64') });
      return all;
    };
    const first = await strip();
    const [file, ...more] = await readdir(cache.folder);
    expect([first.length, more]).toEqual([6, []]);
    expect(await strip()).toEqual(first);
    await writeFile(join(cache.folder, file!), Buffer.alloc(0));
    expect(await strip()).toEqual([]); // what is on the disk is what comes
    await utimes(path, 1, 1);
    expect(await strip()).toEqual(first);
    for await (const { time } of keptThumbnails(
      path,
      await openVideo(path),
      { count: 6, height: 40, range: { start: 1, end: 2 } },
      cache,
    ))
      expect(time).toBeGreaterThanOrEqual(0.9);
    for await (const _ of keptThumbnails(
      at('late.ts'),
      await openVideo(at('late.ts')),
      { count: 6, height: 40 },
      cache,
    ))
      break; // walked away
    expect(await readdir(cache.folder)).toHaveLength(2);
  });
  it.each(['bframes.mp4', 'late.ts', 'anim.gif', 'turned90.mp4', 'one.mp4'])('of %s', async (file) => {
    const index = await openVideo(at(file));
    const times: number[] = [];
    for await (const { time, jpeg } of thumbnails(at(file), index, { count: 8, height: 40 })) {
      times.push(time);
      const { format, height, width } = await sharp(jpeg).metadata();
      expect([format, height]).toEqual(['jpeg', 40]);
      expect(width / 40).toBeCloseTo(index.width / index.height, 1);
    }
    expect(times.length).toBe(Math.min(8, index.frameCount));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBe(0);
  });
});
