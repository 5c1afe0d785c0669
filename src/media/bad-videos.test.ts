// SPDX-License-Identifier: Apache-2.0
import { copyFile, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { VideoNote } from '../contract';
import { ffmpeg } from './golden/clip';
import { makeCorpus } from './golden/corpus';
import { FRAMES, readCode } from './golden/frames';
import { openVideo, readFrames, thumbnails, uniformFrames } from './index';

vi.setConfig({ testTimeout: 120_000 }); // every test starts several processes, on machines that may be busy
const temp = await mkdtemp(join(tmpdir(), 'zoetrope-bad-'));
afterAll(() => rm(temp, { recursive: true, force: true }));
for (const { file, path } of await makeCorpus(FRAMES, ['bframes.mp4', 'long.mkv']))
  await copyFile(path, join(temp, file));
// Vitest's matchers are typed `any`.
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const at = (file: string): string => join(temp, file);
const put = async (file: string, data: string | Buffer): Promise<string> => {
  await writeFile(at(file), data);
  return at(file);
};

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
    // Everything after the middle of the picture data is zeroed; the index (moov), at the end, is intact.
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
