// SPDX-License-Identifier: Apache-2.0
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { say, ZoetropeError } from '../contract';

/** The first bytes of the kinds of pictures that a clipboard holds. */
const KINDS = [
  { ending: 'png', begins: [0x89, 0x50, 0x4e, 0x47] },
  { ending: 'jpg', begins: [0xff, 0xd8, 0xff] },
  { ending: 'gif', begins: [0x47, 0x49, 0x46, 0x38] },
  { ending: 'webp', begins: [0x52, 0x49, 0x46, 0x46] },
  { ending: 'bmp', begins: [0x42, 0x4d] },
] as const;

/**
 * Writes a pasted picture into a file of the app, so that it can be opened like any other.
 * @param folder for such pictures. @returns the file. @throws bad-request if it is no picture.
 */
export async function savePasted(folder: string, bytes: Uint8Array): Promise<string> {
  const kind = KINDS.find(({ begins }) => begins.every((byte, k) => bytes[k] === byte));
  if (!kind)
    throw new ZoetropeError(
      'bad-request',
      say`What was pasted is no picture.`,
      say`Copy a picture or files, then paste again.`,
    );
  await mkdir(folder, { recursive: true });
  const at = new Date().toISOString().replace('T', ' ').replace(/:/g, '.').slice(0, 23);
  const file = join(folder, `Pasted ${at}.${kind.ending}`);
  await writeFile(file, bytes, { flag: 'wx' });
  return file;
}
