/**
 * Small videos for the tests, made once and kept in the system's temporary folder. Every frame carries its number as a
 * bar code that survives compression, above a moving texture that makes frames lean on one another. The texture is dark
 * and light by turns: a cut to find every `CUT_EVERY` frames.
 */
import { createHash } from 'node:crypto';
import { access, copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodedBy, ownSizes } from '../decode';
import { everyFrame, input, startFfmpeg } from '../ffmpeg';
import { findFfmpeg } from '../locate';
import type { RgbImage } from '../../contract';

export const FRAMES = 180;
export const WIDTH = 128;
export const HEIGHT = 80;
export const CUT_EVERY = 60;

/** Runs ffmpeg to its end; throws with its words unless it exits 0. */
export async function ffmpeg(...args: string[]): Promise<Buffer> {
  const run = await startFfmpeg(['-y', '-loglevel', 'error', ...args], { limitSeconds: 120, memory: 2 * 1024 ** 3 }); // an AV1 encoder's threads take half a gigabyte of stacks
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
        const code = y * 8 < height === (bit === 1) ? 230 : 25;
        const light = Math.floor(n / CUT_EVERY) % 2 === 0 ? 75 : 180;
        const texture = light + 35 * Math.sin((x + 2 * n) / 7) + 25 * Math.sin((y - n) / 5);
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

/** A frame as plain decoding from the start gives it. */
export interface TrueFrame {
  /** MD5 of its rgb24 bytes. */
  md5: string;
  /** Seconds on the file's own clock; NaN where the decoder gives none. */
  pts: number;
  key: boolean;
  /** As shown, in pixels. */
  width: number;
  height: number;
}

/** The truth, in ffmpeg's own words: every frame of a video in the order shown, through a filter if its colours need one. */
export async function oracle(path: string, rendering?: string, decoder?: string): Promise<TrueFrame[]> {
  const shown: Omit<TrueFrame, 'md5'>[] = [];
  let tick = NaN;
  const onLine = (line: string): boolean | undefined => {
    const base = /config in time_base: (\d+)\/(\d+)/.exec(line);
    if (base) tick = Number(base[1]) / Number(base[2]);
    const frame = /n:\s*\d+\s+pts:\s*(-?\d+|NOPTS) .*fmt:.* s:(\d+)x(\d+) .* iskey:(\d)/.exec(line);
    if (frame)
      shown.push({
        pts: Number(frame[1]) * tick,
        width: Number(frame[2]),
        height: Number(frame[3]),
        key: frame[4] === '1',
      });
    return frame !== null;
  };
  const args = [
    '-copyts',
    ...input(path, ...decodedBy(decoder)),
    '-map',
    '0:V:0',
    ...ownSizes(),
    '-vf',
    ['showinfo=checksum=0', ...(rendering ? [rendering] : [])].join(','),
    ...everyFrame(),
    '-pix_fmt',
    'rgb24',
    '-f',
    'framemd5',
    'pipe:1',
  ];
  const run = await startFfmpeg(args, { limitSeconds: 120, onLine });
  let text = '';
  for (let chunk = await run.read(); chunk; chunk = await run.read()) text += chunk.toString('latin1');
  await run.closed;
  const hashes = Array.from(text.matchAll(/^0,.*, ([0-9a-f]{32})$/gm), ([, md5]) => md5!);
  return hashes.map((md5, i) => ({ md5, ...shown[i]! }));
}

export const md5 = (image: RgbImage): string => createHash('md5').update(image.data).digest('hex');

export interface Clip {
  name: string;
  file: string;
  /** Output options after the raw input, or how to make it from another clip. */
  make: (file: string, raw: string[], made: (file: string) => string) => Promise<unknown>;
  /** What the bar code of the first frame says; undefined where size or rotation hides it. */
  first?: number;
  /** The encoder it needs. */
  needs?: string;
  /** The clip it is made from. */
  from?: string;
  /** It holds exactly the pictures of the clip it is made from, and this ffmpeg cannot read it itself. */
  same?: boolean;
  /** How ffmpeg's own filters put what is transparent on white. */
  blend?: string;
  /** The decoder that reads its alpha. */
  decoder?: string;
  /** How ffmpeg's own filters bring its colours to a common screen. */
  look?: string;
}

const ON_WHITE = 'format=gbrap,negate,premultiply=inplace=1,negate';
const X264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '12', '-bf', '3', '-pix_fmt', 'yuv420p'];
/** A tone beside the picture; its encoder begins a little early. */
const SOUND = ['-f', 'lavfi', '-i', 'sine=d=8'];
const WITH_SOUND = ['-map', '1:v', '-map', '0:a', '-c:v', 'copy', '-c:a', 'aac'];
const encode =
  (...options: string[]): Clip['make'] =>
  (file, raw) =>
    ffmpeg(...raw, ...options, `file:${file}`);
const from = (source: string, before: string[], ...options: string[]): Pick<Clip, 'from' | 'make'> => ({
  from: source,
  make: (file, _raw, made) => ffmpeg(...before, '-i', `file:${made(source)}`, ...options, `file:${file}`),
});
/** High dynamic range to what a common screen shows, white at 100 cd/m2, by Hable's curve: the recipe in common use. */
const toneMapped = (transfer: 'smpte2084' | 'arib-std-b67'): string =>
  `zscale=tin=${transfer}:pin=bt2020:min=bt2020nc:t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0,zscale=t=bt709:r=full,format=gbrp`;
/** ffmpeg up to 6 takes the colours from the options, later ones from the frames. */
const coloured = (transfer: string, ...more: string[]): string[] => [
  ...['-vf', [`setparams=color_primaries=bt2020:color_trc=${transfer}:colorspace=bt2020nc`, ...more].join(',')],
  ...['-color_primaries', 'bt2020', '-color_trc', transfer, '-colorspace', 'bt2020nc'],
];
const named = (source: string): Pick<Clip, 'from' | 'make'> => ({
  from: source,
  make: (file, _raw, made) => copyFile(made(source), file),
});
/** A recording that starts anew in the middle of its file. */
const twice = (source: string): Pick<Clip, 'from' | 'make'> => ({
  from: source,
  make: async (file, _raw, made) =>
    writeFile(file, Buffer.concat([await readFile(made(source)), await readFile(made(source))])),
});

/** The picture's size changes after half of the frames, as in a call or where one programme follows another. */
function twoSizes(suffix: string, clock: 'one' | 'anew', ...options: string[]): Clip['make'] {
  return async (file, raw) => {
    const list = `${file}.txt`;
    const parts = [`${file}.1${suffix}`, `${file}.2${suffix}`] as const;
    await ffmpeg(...raw, ...options, '-frames:v', String(FRAMES / 2), `file:${parts[0]}`);
    await ffmpeg(
      ...raw,
      '-vf',
      `trim=start_frame=${FRAMES / 2},setpts=PTS-STARTPTS,scale=192:120`,
      ...options,
      `file:${parts[1]}`,
    );
    if (clock === 'anew') return writeFile(file, Buffer.concat([await readFile(parts[0]), await readFile(parts[1])]));
    await writeFile(list, parts.map((part) => `file '${part}'\n`).join(''));
    return ffmpeg('-f', 'concat', '-safe', '0', '-i', list, '-c', 'copy', `file:${file}`);
  };
}

/** `-display_rotation` came with 6.0; before, a metadata tag did it (with one sign or the other: the test looks at pixels). */
function rotate(degrees: number): Pick<Clip, 'from' | 'make'> {
  const old = Number.parseInt(findFfmpeg().version.replace(/^n/, ''), 10) < 6;
  return old
    ? from('bframes.mp4', [], '-c', 'copy', '-metadata:s:v', `rotate=${degrees}`)
    : from('bframes.mp4', ['-display_rotation', String(-degrees)], '-c', 'copy');
}

export const CLIPS: Clip[] = [
  { name: 'H.264 with B-frames', file: 'bframes.mp4', make: encode(...X264), first: 0 },
  { name: 'H.264, open GOP', file: 'open.mp4', make: encode(...X264, '-x264-params', 'open-gop=1'), first: 0 },
  {
    name: 'H.264, open GOP, Matroska',
    file: 'open.mkv',
    make: encode(...X264, '-x264-params', 'open-gop=1'),
    first: 0,
  },
  { name: 'H.264, keyframes far apart', file: 'long.mkv', make: encode(...X264, '-g', '100'), first: 0 },
  {
    name: 'H.264, intra refresh',
    file: 'refresh.mp4',
    make: encode(...X264, '-x264-params', 'intra-refresh=1'),
    first: 0,
  },
  { name: 'H.264, interlaced', file: 'interlaced.mp4', make: encode(...X264, '-flags', '+ilme+ildct'), first: 0 },
  { name: 'H.264, 10 bit', file: 'ten.mp4', make: encode(...X264, '-pix_fmt', 'yuv420p10le'), first: 0 },
  {
    name: 'variable frame rate, MP4',
    file: 'vfr.mp4',
    make: encode(
      '-vf',
      "setpts='(N+floor(N/3)*2+floor(N/50)*30)/25/TB'",
      ...everyFrame(),
      ...X264,
      '-video_track_timescale',
      '90000',
    ),
    first: 0,
  },
  {
    name: 'variable frame rate, Matroska',
    file: 'vfr.mkv',
    make: encode('-vf', "settb=1/1000,setpts='N*40+mod(N,7)*5'", ...everyFrame(), ...X264),
    first: 0,
  },
  {
    name: 'MPEG-TS that starts late',
    file: 'late.ts',
    make: encode(...X264, '-output_ts_offset', '3600', '-f', 'mpegts'),
    first: 0,
  },
  {
    name: 'MPEG-TS, open GOP',
    file: 'open.ts',
    make: encode(...X264, '-x264-params', 'open-gop=1', '-f', 'mpegts'),
    first: 0,
  },
  { name: 'MP4 that starts late', file: 'late.mp4', make: encode(...X264, '-output_ts_offset', '7.5'), first: 0 },
  {
    name: 'MP4 that starts late, with sound',
    file: 'latesound.mp4',
    ...from('bframes.mp4', SOUND, ...WITH_SOUND, '-output_ts_offset', '100'),
    first: 0,
  },
  {
    name: 'H.265 that starts late, with sound',
    file: 'latehevc.mp4',
    needs: 'libx265',
    ...from('hevc.mp4', SOUND, ...WITH_SOUND, '-output_ts_offset', '100'),
    first: 0,
  },
  {
    name: 'a clock of whole frames, sound that starts between them',
    file: 'coarse.mov',
    ...from('bframes.mp4', SOUND, ...WITH_SOUND, '-output_ts_offset', '100', '-video_track_timescale', '25'),
    first: 0,
  },
  {
    name: 'MOV that starts before zero',
    file: 'negative.mov',
    make: encode(...X264, '-output_ts_offset', '-1', '-avoid_negative_ts', 'disabled'),
  },
  { name: 'edit list', file: 'edit.mp4', ...from('bframes.mp4', ['-ss', '1.3'], '-c', 'copy') },
  { name: 'edit list, open GOP', file: 'editopen.mp4', ...from('open.mp4', ['-ss', '2.1'], '-c', 'copy') },
  { name: 'rotated by 90', file: 'turned90.mp4', ...rotate(90), first: 0 },
  { name: 'rotated by 180', file: 'turned180.mp4', ...rotate(180), first: 0 },
  { name: 'rotated by 270', file: 'turned270.mp4', ...rotate(270), first: 0 },
  { name: 'odd size', file: 'odd.mkv', make: encode('-vf', 'scale=101:67', ...X264, '-pix_fmt', 'yuv444p') },
  { name: 'pixels that are not square', file: 'sar.mp4', make: encode('-vf', 'setsar=4/3', ...X264), first: 0 },
  {
    name: 'MPEG-2 program stream',
    file: 'ps.mpg',
    make: encode('-c:v', 'mpeg2video', '-g', '12', '-bf', '2', '-q:v', '3'),
    first: 0,
  },
  {
    name: 'MPEG-4 in AVI, no times',
    file: 'b.avi',
    make: encode('-c:v', 'mpeg4', '-g', '12', '-bf', '2', '-q:v', '3'),
    first: 0,
  },
  {
    name: 'Motion JPEG in AVI',
    file: 'mjpeg.avi',
    make: encode('-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-q:v', '3'),
    first: 0,
  },
  { name: 'raw H.264, no clock', file: 'raw.h264', make: encode(...X264), first: 0 },
  {
    name: 'VP8 with hidden frames',
    file: 'vp8.webm',
    needs: 'libvpx',
    make: encode(
      '-c:v',
      'libvpx',
      '-auto-alt-ref',
      '1',
      '-lag-in-frames',
      '16',
      '-deadline',
      'realtime',
      '-cpu-used',
      '8',
      '-g',
      '60',
      '-b:v',
      '1M',
    ),
    first: 0,
  },
  {
    name: 'VP9 with hidden frames',
    file: 'vp9.webm',
    needs: 'libvpx-vp9',
    make: encode(
      '-c:v',
      'libvpx-vp9',
      '-auto-alt-ref',
      '1',
      '-lag-in-frames',
      '16',
      '-deadline',
      'realtime',
      '-cpu-used',
      '8',
      '-g',
      '60',
      '-b:v',
      '1M',
    ),
    first: 0,
  },
  {
    name: 'H.265',
    file: 'hevc.mp4',
    needs: 'libx265',
    make: encode(
      '-c:v',
      'libx265',
      '-preset',
      'ultrafast',
      '-x265-params',
      'keyint=20:bframes=3:open-gop=1:log-level=none',
      '-pix_fmt',
      'yuv420p',
    ),
    first: 0,
  },
  {
    name: 'AV1',
    file: 'av1.mp4',
    needs: 'libsvtav1',
    make: encode('-c:v', 'libsvtav1', '-preset', '12', '-g', '60', '-crf', '40'),
    first: 0,
  },
  { name: 'animated GIF', file: 'anim.gif', make: encode('-frames:v', '60'), first: 0 },
  { name: 'animated PNG', file: 'anim.apng', make: encode('-frames:v', '40', '-plays', '0', '-f', 'apng'), first: 0 },
  {
    name: 'animated WebP',
    file: 'anim.webp',
    needs: 'libwebp_anim',
    same: true,
    ...from('anim.apng', [], '-c:v', 'libwebp_anim', '-lossless', '1'),
    first: 0,
  },
  { name: 'one frame that lasts no time', file: 'one.gif', make: encode('-frames:v', '1'), first: 0 },
  {
    name: 'five hours',
    file: 'hours.mkv',
    make: encode('-vf', "settb=1/1000,setpts='N*100000+mod(N,3)*7'", ...everyFrame(), ...X264),
    first: 0,
  },
  {
    name: 'the same time twice',
    file: 'same.mkv',
    make: encode(
      '-c:v',
      'mpeg4',
      '-g',
      '12',
      '-q:v',
      '3',
      '-bsf:v',
      "setts=ts='(N-mod(N,5)+min(mod(N,5),3))*40'",
      '-f',
      'matroska',
    ),
    first: 0,
  },
  {
    name: 'H.265, PQ',
    file: 'pq.mp4',
    needs: 'libx265',
    look: toneMapped('smpte2084'),
    make: encode(
      '-frames:v',
      '70',
      ...coloured('smpte2084', "geq=lum='20+0.6*p(X,Y)':cb='128+X/4':cr='128-Y/3'"),
      '-c:v',
      'libx265',
      '-preset',
      'ultrafast',
      '-x265-params',
      'keyint=20:bframes=3:log-level=none',
      '-pix_fmt',
      'yuv420p10le',
    ),
    first: 0,
  },
  {
    name: 'VP9, HLG',
    file: 'hlg.webm',
    needs: 'libvpx-vp9',
    look: toneMapped('arib-std-b67'),
    make: encode(
      '-frames:v',
      '70',
      ...coloured('arib-std-b67'),
      '-c:v',
      'libvpx-vp9',
      '-profile:v',
      '2',
      '-deadline',
      'realtime',
      '-cpu-used',
      '8',
      '-g',
      '30',
      '-b:v',
      '1M',
      '-pix_fmt',
      'yuv420p10le',
    ),
    first: 0,
  },
  { name: 'one frame', file: 'one.mp4', make: encode('-frames:v', '1', ...X264), first: 0 },
  { name: 'one frame, Matroska', file: 'one.mkv', make: encode('-frames:v', '1', ...X264), first: 0 },
  {
    name: 'H.264, fragmented MP4',
    file: 'fragments.mp4',
    ...from('bframes.mp4', [], '-c', 'copy', '-movflags', 'frag_keyframe+empty_moov'),
    first: 0,
  },
  {
    name: 'H.264 in Matroska of unknown length',
    file: 'live.mkv',
    ...from('bframes.mp4', [], '-c', 'copy', '-f', 'matroska', '-live', '1'),
    first: 0,
  },
  { name: 'H.264 in Flash video', file: 'f.flv', ...from('bframes.mp4', [], '-c', 'copy'), first: 0 },
  {
    name: 'H.264 in AVCHD packets',
    file: 'camera.m2ts',
    ...from('bframes.mp4', [], '-c', 'copy', '-f', 'mpegts', '-mpegts_m2ts_mode', '1'),
    first: 0,
  },
  { name: 'H.264 in AVI', file: 'h264.avi', make: encode(...X264, '-bf', '0'), first: 0 },
  {
    name: 'MPEG-TS whose clock wraps',
    file: 'wraps.ts',
    make: encode(...X264, '-output_ts_offset', '95440', '-f', 'mpegts'),
    first: 0,
  },
  { name: 'two MPEG-TS recordings in one file', file: 'joined.ts', ...twice('open.ts') },
  { name: 'two sizes in one MPEG-TS', file: 'sizes.ts', make: twoSizes('.ts', 'one', ...X264), first: 0 },
  {
    name: 'two sizes in VP8, as a call is recorded',
    file: 'sizes.webm',
    needs: 'libvpx',
    make: twoSizes(
      '.webm',
      'one',
      '-c:v',
      'libvpx',
      '-g',
      '24',
      '-deadline',
      'realtime',
      '-cpu-used',
      '8',
      '-b:v',
      '1M',
    ),
    first: 0,
  },
  {
    name: 'two MPEG-TS recordings of two sizes in one file',
    file: 'sizesjoined.ts',
    make: twoSizes('.ts', 'anew', ...X264),
    first: 0,
  },
  {
    name: 'H.264 with gaps in time',
    file: 'gaps.mkv',
    ...from('bframes.mp4', [], '-c', 'copy', '-bsf:v', "noise=drop='between(n,24,47)+between(n,96,131)'"),
  },
  {
    name: 'a picture that comes after the sound',
    file: 'soundfirst.mp4',
    ...from(
      'bframes.mp4',
      ['-f', 'lavfi', '-i', 'sine=d=8', '-itsoffset', '0.7'],
      '-map',
      '1:v',
      '-map',
      '0:a',
      '-c:v',
      'copy',
      '-c:a',
      'aac',
    ),
    first: 0,
  },
  {
    name: 'cover art beside the video',
    file: 'withcover.mp4',
    ...from(
      'bframes.mp4',
      ['-f', 'lavfi', '-i', 'color=red:size=32x32:d=0.04'],
      '-map',
      '1:v',
      '-map',
      '0:v',
      '-c:v:0',
      'copy',
      '-c:v:1',
      'mjpeg',
      '-disposition:v:1',
      'attached_pic',
    ),
    first: 0,
  },
  {
    name: 'two videos in one file',
    file: 'two.mkv',
    ...from(
      'bframes.mp4',
      ['-f', 'lavfi', '-i', 'testsrc=size=64x48:d=3'],
      '-map',
      '1:v',
      '-map',
      '0:v',
      '-c:v:0',
      'copy',
      '-c:v:1',
      'mpeg4',
    ),
    first: 0,
  },
  { name: 'MPEG-4 in 3GP', file: 'phone.3gp', make: encode('-c:v', 'mpeg4', '-g', '12', '-q:v', '3'), first: 0 },
  {
    name: 'raw MPEG-4, no clock',
    file: 'raw.m4v',
    make: encode('-c:v', 'mpeg4', '-g', '12', '-bf', '2', '-q:v', '3'),
    first: 0,
  },
  {
    name: 'MPEG-1',
    file: 'one.mpg',
    make: encode('-c:v', 'mpeg1video', '-g', '12', '-bf', '2', '-q:v', '3'),
    first: 0,
  },
  {
    name: 'MPEG-2, interlaced, in MXF',
    file: 'tape.mxf',
    make: encode('-c:v', 'mpeg2video', '-g', '12', '-bf', '2', '-q:v', '3', '-flags', '+ilme+ildct'),
    first: 0,
  },
  { name: 'Windows Media', file: 'w.wmv', make: encode('-c:v', 'wmv2', '-g', '12', '-q:v', '3'), first: 0 },
  {
    name: 'Theora',
    file: 't.ogv',
    needs: 'libtheora',
    make: encode('-c:v', 'libtheora', '-g', '24', '-q:v', '8'),
    first: 0,
  },
  { name: 'ProRes', file: 'prores.mov', make: encode('-frames:v', '70', '-c:v', 'prores_ks'), first: 0 },
  {
    name: 'ProRes with alpha',
    file: 'alpha.mov',
    make: encode(
      '-frames:v',
      '70',
      '-vf',
      "format=yuva444p10le,geq=lum='p(X,Y)':cb=512:cr=512:a='4*X'",
      '-c:v',
      'prores_ks',
      '-profile:v',
      '4444',
    ),
    blend: ON_WHITE,
  },
  {
    name: 'PNG with alpha in MOV',
    file: 'alphapng.mov',
    make: encode('-frames:v', '70', '-vf', 'format=rgba,colorchannelmixer=aa=0.5', '-c:v', 'png'),
    first: 0,
    blend: ON_WHITE,
  },
  {
    name: 'VP9 with alpha',
    file: 'alpha.webm',
    needs: 'libvpx-vp9',
    make: encode(
      '-vf',
      'format=yuva420p,colorchannelmixer=aa=0.5',
      '-frames:v',
      '70',
      '-c:v',
      'libvpx-vp9',
      '-auto-alt-ref',
      '0',
      '-deadline',
      'realtime',
      '-cpu-used',
      '8',
      '-b:v',
      '1M',
    ),
    first: 0,
    blend: ON_WHITE,
    decoder: 'libvpx-vp9',
  },
  {
    name: 'VP8 with alpha',
    file: 'alpha8.webm',
    needs: 'libvpx',
    make: encode(
      '-vf',
      'format=yuva420p,colorchannelmixer=aa=0.5',
      '-frames:v',
      '70',
      '-c:v',
      'libvpx',
      '-auto-alt-ref',
      '0',
      '-deadline',
      'realtime',
      '-cpu-used',
      '8',
      '-b:v',
      '1M',
    ),
    first: 0,
    blend: ON_WHITE,
    decoder: 'libvpx',
  },
  {
    name: 'FFV1, 16 bit',
    file: 'archive.mkv',
    make: encode('-frames:v', '70', '-pix_fmt', 'gray16le', '-c:v', 'ffv1'),
    first: 0,
  },
  {
    name: 'H.265, 10 bit, Matroska',
    file: 'hevc10.mkv',
    needs: 'libx265',
    make: encode(
      '-frames:v',
      '130',
      '-c:v',
      'libx265',
      '-preset',
      'ultrafast',
      '-x265-params',
      'keyint=40:bframes=3:log-level=none',
      '-pix_fmt',
      'yuv420p10le',
    ),
    first: 0,
  },
  {
    name: 'H.265 in MPEG-TS',
    file: 'hevc.ts',
    needs: 'libx265',
    ...from('hevc.mp4', [], '-c', 'copy', '-f', 'mpegts'),
    first: 0,
  },
  { name: 'VP9 in IVF', file: 'vp9.ivf', needs: 'libvpx-vp9', ...from('vp9.webm', [], '-c', 'copy'), first: 0 },
  { name: 'AV1 in Matroska', file: 'av1.mkv', needs: 'libsvtav1', ...from('av1.mp4', [], '-c', 'copy'), first: 0 },
  { name: 'uncompressed', file: 'plain.y4m', make: encode('-frames:v', '70', '-pix_fmt', 'yuv420p'), first: 0 },
  { name: 'NUT', file: 'n.nut', ...from('bframes.mp4', [], '-c', 'copy'), first: 0 },
  { name: 'pictures smaller than a block', file: 'tiny.mkv', make: encode('-vf', 'scale=18:6', ...X264) },
  {
    name: 'a GIF whose frames last unequally long',
    file: 'slow.gif',
    make: encode('-frames:v', '40', '-vf', "settb=1/100,setpts='N*8+mod(N,3)*5'", ...everyFrame()),
    first: 0,
  },
  { name: 'a name like an option', file: '-x.mp4', ...named('bframes.mp4'), first: 0 },
  { name: 'a name like a protocol', file: 'a:b.mp4', ...named('bframes.mp4'), first: 0 },
  { name: 'a name like a sequence of pictures', file: '%03d #1 [2]?.mp4', ...named('bframes.mp4'), first: 0 },
  { name: 'a name in many scripts', file: '录像 é 🎞 .mkv', ...from('bframes.mp4', [], '-c', 'copy'), first: 0 },
];

/** Of this ffmpeg, this file and this many frames: what was made of other ones is not used. */
async function folderOf(frames: number): Promise<string> {
  const self = await readFile(fileURLToPath(import.meta.url));
  const key = createHash('sha256').update(self).update(findFfmpeg().version).digest('hex').slice(0, 16);
  return join(tmpdir(), `zoetrope-corpus-${key}-${frames}`);
}

/** Makes every clip (or those named) this ffmpeg has an encoder for, or finds them. They are not to be written to. */
export async function makeCorpus(
  frames = FRAMES,
  files = CLIPS.map(({ file }) => file),
): Promise<(Clip & { path: string })[]> {
  const folder = await folderOf(frames);
  await mkdir(folder, { recursive: true });
  const encoders = (await ffmpeg('-encoders')).toString();
  const clips = CLIPS.filter(
    ({ file, needs }) => files.includes(file) && (!needs || new RegExp(` ${needs} `).test(encoders)),
  );
  let raw: string[] | undefined;
  // Several test files may be at it at once: each clip is made aside and put in place whole.
  const aside = await mkdtemp(join(folder, 'making-'));
  const make = async (clip: Clip): Promise<void> => {
    if (
      await access(join(folder, clip.file)).then(
        () => true,
        () => false,
      )
    )
      return;
    for (const source of CLIPS) if (clip.from === source.file) await make(source);
    raw ??= await writeRaw(join(aside, 'frames.raw'), frames);
    await clip.make(join(aside, clip.file), raw, (file) => join(folder, file));
    await rename(join(aside, clip.file), join(folder, clip.file));
  };
  try {
    for (const clip of clips) await make(clip);
  } finally {
    await rm(aside, { recursive: true });
  }
  return clips.map((clip) => ({ ...clip, path: join(folder, clip.file) }));
}
