// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { decodedBy, ownSizes } from '../decode';
import { everyFrame, input, startFfmpeg } from '../ffmpeg';
import type { RgbImage } from '../../contract';

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

/**
 * The reference, from ffmpeg itself: every frame of a video in the order shown, through a filter if its colours need
 * one.
 */
export async function oracle(path: string, look?: string, decoder?: string): Promise<TrueFrame[]> {
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
    ['showinfo=checksum=0', ...(look ? [look] : [])].join(','),
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
