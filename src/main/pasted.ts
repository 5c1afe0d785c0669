// SPDX-License-Identifier: Apache-2.0
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { say, ZoetropeError } from '../contract';
import { photoFormat, type PhotoFormat } from '../media';

/** Bytes by which a format is known. */
const HEAD_BYTES = 64;
/** The endings of the formats that a clipboard holds. */
const ENDINGS: Partial<Record<PhotoFormat, string>> = { png: 'png', jpeg: 'jpg', gif: 'gif', webp: 'webp', bmp: 'bmp' };

/**
 * Writes a pasted picture into a file of the app, so that it can be opened like any other.
 * @param folder for such pictures. @returns the file. @throws bad-request if it is no picture.
 */
export async function savePasted(folder: string, bytes: Uint8Array): Promise<string> {
  const format = photoFormat(Buffer.from(bytes.subarray(0, HEAD_BYTES)));
  const ending = format && ENDINGS[format];
  if (ending === undefined)
    throw new ZoetropeError(
      'bad-request',
      say`What was pasted is no picture.`,
      say`Copy a picture or files, then paste again.`,
    );
  await mkdir(folder, { recursive: true });
  const at = new Date().toISOString().replace('T', ' ').replace(/:/g, '.').slice(0, 23);
  const file = join(folder, `Pasted ${at}.${ending}`);
  await writeFile(file, bytes, { flag: 'wx' });
  return file;
}
