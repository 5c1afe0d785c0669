import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { frames, type Hostile } from './hostile';

/** A GIF header and one pixel: 43 bytes that ask for a picture of that size. */
function gif(width: number, height: number): Buffer {
  const screen = Buffer.from('GIF89a\0\0\0\0\x80\0\0\xff\0\0\0\0\xff', 'latin1');
  const image = Buffer.from(',\0\0\0\0\0\0\0\0\0\x02\x02L\x01\0;', 'latin1');
  for (const [bytes, at] of [[screen, 6], [image, 5]] as const) {
    bytes.writeUInt16LE(width, at);
    bytes.writeUInt16LE(height, at + 2);
  }
  return Buffer.concat([screen, image]);
}

const file = (name: string, bytes: () => Uint8Array | string) => async (folder: string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, bytes());
  return path;
};

/** Videos, photographs and subtitles. */
export const HOSTILE_MEDIA: readonly Hostile[] = [{ name: 'a GIF of 16000 x 16000', make: file('large.gif', () => gif(16000, 16000)), command: frames, short: true }];
