// SPDX-License-Identifier: Apache-2.0
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bent, pictures } from './bytes';
import { subtitles, type Hostile } from './hostile';

const ONE_CUE = '1\n00:00:00,000 --> 00:00:02,000\n';

/** A video with a file of subtitles beside it. */
const beside =
  (text: () => string) =>
  async (folder: string): Promise<string> => {
    await writeFile(join(folder, 'clip.srt'), text());
    return bent('clip.mp4', pictures())(folder);
  };

/** The same subtitles inside the video. */
const inside =
  (text: () => string) =>
  async (folder: string): Promise<string> => {
    await writeFile(join(folder, 'words.srt'), text());
    return bent('clip.mkv', [...pictures(), '-i', 'words.srt', '-map', '0', '-map', '1', '-c:s', 'copy'])(folder);
  };

export const HOSTILE_SUBTITLES: readonly Hostile[] = [
  {
    name: 'subtitles of {\\ alone',
    make: beside(() => ONE_CUE + '{\\'.repeat(400_000)),
    command: subtitles,
    short: true,
  },
  { name: 'subtitles of <a alone', make: beside(() => ONE_CUE + '<a'.repeat(2_000_000)), command: subtitles },
  { name: 'subtitles of & alone', make: beside(() => ONE_CUE + '&a'.repeat(2_000_000)), command: subtitles },
  { name: 'subtitles of spaces alone', make: beside(() => ONE_CUE + ' '.repeat(15_000_000)), command: subtitles },
  {
    name: 'subtitles of digits before no arrow',
    make: beside(() => `${ONE_CUE}${'1:'.repeat(5_000_000)}`),
    command: subtitles,
  },
  { name: 'one subtitle of 18 MB', make: beside(() => ONE_CUE + 'x'.repeat(18e6)), command: subtitles, short: true },
  { name: 'one subtitle of 18 MB of lines', make: beside(() => ONE_CUE + 'x\n'.repeat(9e6)), command: subtitles },
  { name: 'a file of subtitles of 30 MB', make: beside(() => ONE_CUE + 'x'.repeat(30e6)), command: subtitles },
  {
    name: '400,000 subtitles',
    make: beside(() => ONE_CUE.repeat(400_000).replaceAll(',000\n', ',000\nx\n\n')),
    command: subtitles,
  },
  {
    name: '90,000 subtitles of the same moment',
    make: beside(() => `${ONE_CUE}${'x'.repeat(100)}\n\n`.repeat(90_000)),
    command: subtitles,
  },
  {
    name: 'one subtitle of 15 MB inside the video',
    make: inside(() => ONE_CUE + 'x'.repeat(15e6)),
    command: subtitles,
  },
];
