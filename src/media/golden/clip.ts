// SPDX-License-Identifier: Apache-2.0
/** One clip of the corpus, and the ways to make one. */
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { startFfmpeg } from '../ffmpeg';
import { findFfmpeg } from '../locate';
import { FRAMES } from './frames';

/** Runs ffmpeg to its end; throws its log unless it exits 0. */
export async function ffmpeg(...args: string[]): Promise<Buffer> {
  const run = await startFfmpeg(['-y', '-loglevel', 'error', ...args], { limitSeconds: 120, memory: 2 * 1024 ** 3 }); // an AV1 encoder's threads take half a gigabyte of stacks
  const out: Buffer[] = [];
  for (let chunk = await run.read(); chunk; chunk = await run.read()) out.push(chunk);
  if ((await run.closed) !== 0) throw new Error(`ffmpeg ${args.join(' ')}\n${run.errors()}`);
  return Buffer.concat(out);
}

export interface Clip {
  name: string;
  file: string;
  /** Output options after the raw input, or how to make it from another clip. */
  make: (file: string, raw: string[], made: (file: string) => string) => Promise<unknown>;
  /** The number in the bar code of the first frame; undefined where size or rotation hides it. */
  first?: number;
  /** The encoder that is needed. */
  needs?: string;
  /** The clip it is made from. */
  from?: string;
  /** It holds exactly the pictures of the clip it is made from, because this ffmpeg cannot read it itself. */
  same?: boolean;
  /** How ffmpeg's own filters draw transparent pixels on white. */
  blend?: string;
  /** The decoder that reads its alpha. */
  decoder?: string;
  /** How ffmpeg's own filters convert its colours for a standard screen. */
  look?: string;
}

export const ON_WHITE = 'format=gbrap,negate,premultiply=inplace=1,negate';
export const X264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '12', '-bf', '3', '-pix_fmt', 'yuv420p'];
/** Fast settings for libvpx. */
export const FAST_VPX = ['-deadline', 'realtime', '-cpu-used', '8'];
/** An audio track; its encoder begins slightly before time 0. */
export const SOUND = ['-f', 'lavfi', '-i', 'sine=d=8'];
export const WITH_SOUND = ['-map', '1:v', '-map', '0:a', '-c:v', 'copy', '-c:a', 'aac'];
export const encode =
  (...options: string[]): Clip['make'] =>
  (file, raw) =>
    ffmpeg(...raw, ...options, `file:${file}`);
export const from = (source: string, before: string[], ...options: string[]): Pick<Clip, 'from' | 'make'> => ({
  from: source,
  make: (file, _raw, made) => ffmpeg(...before, '-i', `file:${made(source)}`, ...options, `file:${file}`),
});
/**
 * Tone-maps high dynamic range for a standard screen, white at 100 cd/m2, with Hable's curve: the recipe in common use.
 */
export const toneMapped = (transfer: 'smpte2084' | 'arib-std-b67'): string =>
  `zscale=tin=${transfer}:pin=bt2020:min=bt2020nc:t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0,zscale=t=bt709:r=full,format=gbrp`;
/** ffmpeg up to 6 takes the colours from the options, later ones from the frames. */
export const coloured = (transfer: string, ...more: string[]): string[] => [
  ...['-vf', [`setparams=color_primaries=bt2020:color_trc=${transfer}:colorspace=bt2020nc`, ...more].join(',')],
  ...['-color_primaries', 'bt2020', '-color_trc', transfer, '-colorspace', 'bt2020nc'],
];
export const named = (source: string): Pick<Clip, 'from' | 'make'> => ({
  from: source,
  make: (file, _raw, made) => copyFile(made(source), file),
});
/** A recording whose clock restarts in the middle of its file. */
export const twice = (source: string): Pick<Clip, 'from' | 'make'> => ({
  from: source,
  make: async (file, _raw, made) =>
    writeFile(file, Buffer.concat([await readFile(made(source)), await readFile(made(source))])),
});

/** The picture's size changes after half of the frames, as in a call or where one programme follows another. */
export function twoSizes(suffix: string, clock: 'one' | 'anew', ...options: string[]): Clip['make'] {
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
export function rotate(degrees: number): Pick<Clip, 'from' | 'make'> {
  const old = Number.parseInt(findFfmpeg().version.replace(/^n/, ''), 10) < 6;
  return old
    ? from('bframes.mp4', [], '-c', 'copy', '-metadata:s:v', `rotate=${degrees}`)
    : from('bframes.mp4', ['-display_rotation', String(-degrees)], '-c', 'copy');
}
