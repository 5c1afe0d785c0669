// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { be, bent, file, latin1, le, over, pictures } from './bytes';
import { frames, type Hostile } from './hostile';

/**
 * A GIF of one pixel whose header and first picture claim the given size: 43 bytes. `frames`: how often the picture is
 * repeated.
 */
function gif(width: number, height: number, frames = 1): Buffer {
  const screen = Buffer.concat([latin1('GIF89a'), le(2, width, height), latin1('\x80\0\0\xff\0\0\0\0\xff')]);
  const image = Buffer.concat([latin1(',\0\0\0\0'), le(2, width, height), latin1('\0\x02\x02L\x01\0')]);
  return Buffer.concat([screen, ...Array<Buffer>(frames).fill(image), latin1(';')]);
}

/** The frame header of VP8 (RFC 6386, 9.1): its start code, then two sizes of 14 bits. */
const VP8_START = latin1('\x9d\x01\x2a');
const H264 = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p'];
const scenes = (path: string): string[] => ['frames', path, '--strategy', 'scene', '--count', '4'];

/** An MP4 whose tables claim the given number of samples of one byte each. */
const samples =
  (count: number) =>
  (bytes: Buffer): Buffer =>
    over(over(bytes, 'stsz', 4, be(4, 1, count)), 'stts', 8, be(4, count));

/** As `samples`, with a chunk table whose entries all point to the same bytes, so that every sample exists. */
function overlaid(bytes: Buffer, chunks: number, each: number): Buffer {
  samples(chunks * each)(bytes);
  over(bytes, 'stsc', 4, be(4, 1, 1, each, 1));
  const at = bytes.indexOf('stco') - 4;
  const first = bytes.readUInt32BE(at + 16);
  const table = Buffer.concat([
    be(4, 16 + chunks * 4),
    latin1('stco'),
    be(4, 0, chunks),
    Buffer.alloc(chunks * 4).fill(be(4, first)),
  ]);
  const grown = table.length - bytes.readUInt32BE(at);
  for (const box of ['moov', 'trak', 'mdia', 'minf', 'stbl']) {
    const size = bytes.indexOf(box) - 4;
    bytes.writeUInt32BE(bytes.readUInt32BE(size) + grown, size);
  }
  return Buffer.concat([bytes.subarray(0, at), table, bytes.subarray(at + bytes.readUInt32BE(at))]);
}

export const HOSTILE_VIDEOS: readonly Hostile[] = [
  {
    name: 'GIF of 16000 x 16000 in 43 bytes',
    make: file('large.gif', () => gif(16000, 16000)),
    command: frames,
    short: true,
  },
  { name: 'GIF of 5900 x 5900, which opens', make: file('most.gif', () => gif(5900, 5900)), command: frames },
  {
    name: 'GIF of 60000 x 1, looked through for scenes',
    make: file('line.gif', () => gif(60000, 1, 3)),
    command: scenes,
  },
  { name: 'GIF of 300,000 frames', make: file('many.gif', () => gif(1, 1, 300_000)), command: frames },
  {
    name: 'MP4 with 40 million samples',
    make: bent('table.mp4', [...pictures(), ...H264], samples(40e6)),
    command: frames,
    short: true,
  },
  {
    name: 'MP4 with 8 million samples on the same bytes',
    make: bent('overlaid.mp4', [...pictures(), '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p'], (bytes) =>
      overlaid(bytes, 800_000, 10),
    ),
    command: frames,
  },
  {
    name: 'MP4 with an edit list of a million entries',
    make: bent('edits.mp4', [...pictures(), ...H264], (bytes) => over(bytes, 'elst', 4, be(4, 1_000_000))),
    command: frames,
  },
  {
    name: 'MP4 with 2^31 entries in stts',
    make: bent('stts.mp4', [...pictures(), ...H264], (bytes) => over(bytes, 'stts', 4, be(4, 0x7fffffff))),
    command: frames,
  },
  {
    name: 'MP4 with 2^31 entries in ctts',
    make: bent('ctts.mp4', [...pictures(), ...H264], (bytes) => over(bytes, 'ctts', 4, be(4, 0x7fffffff))),
    command: frames,
  },
  {
    name: 'VP8 of 16383 x 16383',
    make: bent('large.ivf', [...pictures(), '-c:v', 'libvpx'], (bytes) =>
      over(bytes, VP8_START, 0, le(2, 16383, 16383)),
    ),
    command: frames,
  },
  {
    name: 'WebM that grows to 16383 x 16383 midway',
    make: bent('grows.webm', [...pictures(), '-c:v', 'libvpx', '-g', '5'], (bytes) => {
      const second = bytes.indexOf(VP8_START, bytes.indexOf(VP8_START) + 3);
      bytes.set(le(2, 16383, 16383), second + 3);
      return bytes;
    }),
    command: frames,
    short: true,
  },
  {
    name: 'Motion JPEG of 65500 x 65500',
    make: bent('large.mjpeg', [...pictures(), '-pix_fmt', 'yuvj420p', '-c:v', 'mjpeg'], (bytes) =>
      over(bytes, latin1('\xff\xc0'), 3, be(2, 65500, 65500)),
    ),
    command: frames,
  },
  {
    name: 'animated PNG of 30000 x 30000',
    make: bent('large.apng', [...pictures(), '-plays', '0', '-f', 'apng'], (bytes) =>
      over(bytes, 'IHDR', 0, be(4, 30000, 30000)),
    ),
    command: frames,
  },
  {
    name: 'raw video of 30000 x 30000',
    make: file('large.y4m', () => 'YUV4MPEG2 W30000 H30000 F25:1 Ip A1:1 C420jpeg\nFRAME\n'),
    command: frames,
  },
  {
    name: 'frames at 10^9 seconds',
    make: bent('far.mkv', [
      ...pictures(),
      '-vf',
      'setpts=N*1e9/TB',
      '-frames:v',
      '3',
      '-fps_mode',
      'passthrough',
      ...H264,
    ]),
    command: scenes,
  },
  {
    name: 'raw H.264 without times, 20,000 frames',
    make: bent('raw.h264', ['-f', 'lavfi', '-i', 'color=s=16x16:r=1000:d=20', '-preset', 'ultrafast', ...H264]),
    command: frames,
  },
  {
    name: 'title of 20 MB',
    make: async (folder) => {
      writeFileSync(join(folder, 'title'), `;FFMETADATA1\ntitle=${'x'.repeat(20e6)}\n`);
      return bent('title.mkv', ['-i', 'title', ...pictures(), '-map', '1', '-map_metadata', '0', ...H264])(folder);
    },
    command: frames,
  },
  {
    name: '200 videos in one file',
    make: bent('many.mkv', [
      ...pictures('16x16'),
      ...Array<string[]>(200).fill(['-map', '0']).flat(),
      '-c:v',
      'rawvideo',
    ]),
    command: frames,
  },
  {
    name: 'Matroska whose cluster claims 2^55 bytes',
    make: bent('cluster.mkv', [...pictures(), ...H264], (bytes) =>
      over(bytes, latin1('\x1f\x43\xb6\x75'), 0, latin1('\x01\x7f\xff\xff\xff\xff\xff\xff')),
    ),
    command: frames,
  },
  {
    name: '8K of nothing, H.264',
    make: bent('8k.mp4', ['-f', 'lavfi', '-i', 'color=s=7680x4320:r=10:d=1', '-preset', 'ultrafast', ...H264]),
    command: frames,
  },
];
