// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes a file of these bytes. */
export const file =
  (name: string, bytes: () => Uint8Array | string | Promise<Uint8Array>) =>
  async (folder: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, await bytes());
    return path;
  };

/** A file made by ffmpeg, then changed. `args`: all arguments except the file name. */
export const bent =
  (name: string, args: readonly string[], bend: (bytes: Buffer) => Uint8Array = (bytes) => bytes) =>
  async (folder: string): Promise<string> => {
    const path = join(folder, name);
    execFileSync(process.env['FFMPEG_BIN'] ?? 'ffmpeg', ['-v', 'error', '-y', ...args, path], { cwd: folder });
    await writeFile(path, bend(await readFile(path)));
    return path;
  };

/** ffmpeg input options for moving test pictures. */
export const pictures = (size = '64x64', seconds = 1): string[] => [
  '-f',
  'lavfi',
  '-i',
  `testsrc2=s=${size}:d=${seconds}`,
];

/** Numbers as bytes, in little- or big-endian order. */
export const le = (bytes: 2 | 4 | 8, ...values: number[]): Buffer =>
  Buffer.concat(values.map((value) => number(bytes, value).reverse()));
export const be = (bytes: 2 | 4 | 8, ...values: number[]): Buffer =>
  Buffer.concat(values.map((value) => number(bytes, value)));

function number(bytes: number, value: number): Buffer {
  const out = Buffer.alloc(8);
  out.writeBigInt64BE(BigInt(value));
  return out.subarray(8 - bytes);
}

/** Overwrites bytes with `by`, `behind` bytes after the first occurrence of `mark`; returns the same buffer. */
export function over(bytes: Buffer, mark: string | Buffer, behind: number, by: Uint8Array): Buffer {
  const at = bytes.indexOf(mark);
  if (at < 0) throw new Error(`no ${String(mark)} in the file to bend`);
  bytes.set(by, at + mark.length + behind);
  return bytes;
}

export const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
