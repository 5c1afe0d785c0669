/**
 * Small videos for the tests, made when they run. Every frame carries its number as a bar code that survives
 * compression, above a moving texture that makes frames lean on one another.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pictureHash } from '../photo';
import { everyFrame, input, startFfmpeg } from '../ffmpeg';
import { findFfmpeg } from '../locate';
import type { RgbImage } from '../../contract';

export const FRAMES = 180;
export const WIDTH = 128;
export const HEIGHT = 80;

/** Runs ffmpeg to its end; throws with its words unless it exits 0. */
export async function ffmpeg(...args: string[]): Promise<Buffer> {
  const run = await startFfmpeg(['-y', '-loglevel', 'error', ...args], { limitSeconds: 60 });
  const out: Buffer[] = [];
  for (let chunk = await run.read(); chunk; chunk = await run.read()) out.push(chunk);
  if ((await run.closed) !== 0) throw new Error(`ffmpeg ${args.join(' ')}\n${run.errors()}`);
  return Buffer.concat(out);
}

/** Grey frames, one after another, as ffmpeg's rawvideo wants them. */
export async function writeRaw(path: string, count: number, width = WIDTH, height = HEIGHT): Promise<string[]> {
  const data = Buffer.alloc(count * width * height);
  for (let n = 0; n < count; n++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const bit = (n >> (15 - Math.floor((x * 16) / width))) & 1;
        const code = (y * 8 < height) === (bit === 1) ? 230 : 25;
        const texture = 128 + 60 * Math.sin((x + 2 * n) / 7) + 40 * Math.sin((y - n) / 5);
        data[(n * height + y) * width + x] = y * 4 < height ? code : texture;
      }
    }
  }
  await writeFile(path, data);
  return ['-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${width}x${height}`, '-r', '25', '-i', path];
}

/** The number on a frame, or -1 if it cannot be read. */
export function readCode({ width, height, data }: RgbImage): number {
  let code = 0;
  for (let i = 0; i < 16; i++) {
    const x = Math.floor(((i + 0.5) * width) / 16);
    const light = (y: number): number => data[(Math.floor(y) * width + x) * 3]!;
    const top = light(height / 16);
    const bottom = light((3 * height) / 16);
    if (Math.abs(top - bottom) < 50) return -1;
    code = (code << 1) | (top > bottom ? 1 : 0);
  }
  return code;
}

/** Undoes a quarter turn or two: what was turned clockwise by `degrees` comes back upright. */
export function upright(image: RgbImage, degrees: number): RgbImage {
  if (degrees === 0) return image;
  const { width, height, data } = image;
  const turned = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      // Counterclockwise by a quarter: (x, y) -> (y, width - 1 - x).
      turned.set(data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3), ((width - 1 - x) * height + y) * 3);
    }
  }
  return upright({ width: height, height: width, data: turned }, degrees - 90);
}

/** The truth: every frame of a video as plain decoding gives them, hashed. */
export async function oracle(path: string, width: number, height: number): Promise<string[]> {
  const raw = await ffmpeg(...input(path), '-map', '0:V:0', ...everyFrame(), '-pix_fmt', 'rgb24', '-f', 'rawvideo', 'pipe:1');
  const size = width * height * 3;
  return Array.from({ length: Math.floor(raw.length / size) }, (_, i) =>
    pictureHash({ width, height, data: raw.subarray(i * size, (i + 1) * size) }),
  );
}

export interface Clip {
  name: string;
  file: string;
  /** Output options after the raw input, or how to make it from another clip. */
  make: (file: string, raw: string[], made: (file: string) => string) => Promise<unknown>;
  /** What the bar code of the first frame says; undefined where size or rotation hides it. */
  first?: number;
  needs?: string;
}

const X264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '12', '-bf', '3', '-pix_fmt', 'yuv420p'];
const encode =
  (...options: string[]): Clip['make'] =>
  (file, raw) =>
    ffmpeg(...raw, ...options, `file:${file}`);
const from =
  (source: string, before: string[], ...options: string[]): Clip['make'] =>
  (file, _raw, made) =>
    ffmpeg(...before, '-i', `file:${made(source)}`, ...options, `file:${file}`);

/** `-display_rotation` came with 6.0; before, a metadata tag did it (with one sign or the other: the test looks at pixels). */
function rotate(degrees: number): Clip['make'] {
  const old = Number.parseInt(findFfmpeg().version.replace(/^n/, ''), 10) < 6;
  return old
    ? from('bframes.mp4', [], '-c', 'copy', '-metadata:s:v', `rotate=${degrees}`)
    : from('bframes.mp4', ['-display_rotation', String(-degrees)], '-c', 'copy');
}

export const CLIPS: Clip[] = [
  { name: 'H.264 with B-frames', file: 'bframes.mp4', make: encode(...X264), first: 0 },
  { name: 'H.264, open GOP', file: 'open.mp4', make: encode(...X264, '-x264-params', 'open-gop=1'), first: 0 },
  { name: 'H.264, open GOP, Matroska', file: 'open.mkv', make: encode(...X264, '-x264-params', 'open-gop=1'), first: 0 },
  { name: 'H.264, keyframes far apart', file: 'long.mkv', make: encode(...X264, '-g', '100'), first: 0 },
  { name: 'H.264, intra refresh', file: 'refresh.mp4', make: encode(...X264, '-x264-params', 'intra-refresh=1'), first: 0 },
  { name: 'H.264, interlaced', file: 'interlaced.mp4', make: encode(...X264, '-flags', '+ilme+ildct'), first: 0 },
  { name: 'H.264, 10 bit', file: 'ten.mp4', make: encode(...X264, '-pix_fmt', 'yuv420p10le'), first: 0 },
  {
    name: 'variable frame rate, MP4',
    file: 'vfr.mp4',
    make: encode('-vf', "setpts='(N+floor(N/3)*2+floor(N/50)*30)/25/TB'", ...everyFrame(), ...X264, '-video_track_timescale', '90000'),
    first: 0,
  },
  {
    name: 'variable frame rate, Matroska',
    file: 'vfr.mkv',
    make: encode('-vf', "settb=1/1000,setpts='N*40+mod(N,7)*5'", ...everyFrame(), ...X264),
    first: 0,
  },
  { name: 'MPEG-TS that starts late', file: 'late.ts', make: encode(...X264, '-output_ts_offset', '3600', '-f', 'mpegts'), first: 0 },
  { name: 'MPEG-TS, open GOP', file: 'open.ts', make: encode(...X264, '-x264-params', 'open-gop=1', '-f', 'mpegts'), first: 0 },
  { name: 'MP4 that starts late', file: 'late.mp4', make: encode(...X264, '-output_ts_offset', '7.5'), first: 0 },
  {
    name: 'MOV that starts before zero',
    file: 'negative.mov',
    make: encode(...X264, '-output_ts_offset', '-1', '-avoid_negative_ts', 'disabled'),
  },
  { name: 'edit list', file: 'edit.mp4', make: from('bframes.mp4', ['-ss', '1.3'], '-c', 'copy') },
  { name: 'edit list, open GOP', file: 'editopen.mp4', make: from('open.mp4', ['-ss', '2.1'], '-c', 'copy') },
  { name: 'rotated by 90', file: 'turned90.mp4', make: rotate(90), first: 0 },
  { name: 'rotated by 180', file: 'turned180.mp4', make: rotate(180), first: 0 },
  { name: 'rotated by 270', file: 'turned270.mp4', make: rotate(270), first: 0 },
  { name: 'odd size', file: 'odd.mkv', make: encode('-vf', 'scale=101:67', ...X264, '-pix_fmt', 'yuv444p') },
  { name: 'pixels that are not square', file: 'sar.mp4', make: encode('-vf', 'setsar=4/3', ...X264), first: 0 },
  { name: 'MPEG-2 program stream', file: 'ps.mpg', make: encode('-c:v', 'mpeg2video', '-g', '12', '-bf', '2', '-q:v', '3'), first: 0 },
  { name: 'MPEG-4 in AVI, no times', file: 'b.avi', make: encode('-c:v', 'mpeg4', '-g', '12', '-bf', '2', '-q:v', '3'), first: 0 },
  { name: 'Motion JPEG in AVI', file: 'mjpeg.avi', make: encode('-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-q:v', '3'), first: 0 },
  { name: 'raw H.264, no clock', file: 'raw.h264', make: encode(...X264), first: 0 },
  { name: 'VP8 with hidden frames', file: 'vp8.webm', needs: 'libvpx', make: encode('-c:v', 'libvpx', '-auto-alt-ref', '1', '-lag-in-frames', '16', '-deadline', 'realtime', '-cpu-used', '8', '-g', '60', '-b:v', '1M'), first: 0 },
  { name: 'VP9 with hidden frames', file: 'vp9.webm', needs: 'libvpx-vp9', make: encode('-c:v', 'libvpx-vp9', '-auto-alt-ref', '1', '-lag-in-frames', '16', '-deadline', 'realtime', '-cpu-used', '8', '-g', '60', '-b:v', '1M'), first: 0 },
  { name: 'H.265', file: 'hevc.mp4', needs: 'libx265', make: encode('-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'keyint=20:bframes=3:open-gop=1:log-level=none', '-pix_fmt', 'yuv420p'), first: 0 },
  { name: 'AV1', file: 'av1.mp4', needs: 'libsvtav1', make: encode('-c:v', 'libsvtav1', '-preset', '12', '-g', '60', '-crf', '40'), first: 0 },
  { name: 'animated GIF', file: 'anim.gif', make: encode('-frames:v', '60'), first: 0 },
  { name: 'animated PNG', file: 'anim.apng', make: encode('-frames:v', '40', '-plays', '0', '-f', 'apng'), first: 0 },
  { name: 'one frame', file: 'one.mp4', make: encode('-frames:v', '1', ...X264), first: 0 },
  { name: 'one frame, Matroska', file: 'one.mkv', make: encode('-frames:v', '1', ...X264), first: 0 },
  { name: 'a difficult name', file: '-i #1%d:a [b] é 🎞.mp4', make: from('bframes.mp4', [], '-c', 'copy'), first: 0 },
];

/** Makes every clip (or those named) this ffmpeg has an encoder for. Returns those made, with their paths. */
export async function makeCorpus(folder: string, frames = FRAMES, files = CLIPS.map(({ file }) => file)): Promise<(Clip & { path: string })[]> {
  const raw = await writeRaw(join(folder, 'frames.raw'), frames);
  const encoders = (await ffmpeg('-encoders')).toString();
  const clips = CLIPS.filter(({ file, needs }) => files.includes(file) && (!needs || new RegExp(` ${needs} `).test(encoders)));
  const made: (Clip & { path: string })[] = [];
  for (const clip of clips) {
    const path = join(folder, clip.file);
    await clip.make(path, raw, (file) => join(folder, file));
    made.push({ ...clip, path });
  }
  return made;
}
