// SPDX-License-Identifier: Apache-2.0
import { Unzip, UnzipInflate, UnzipPassThrough } from 'fflate';
import { say, ZoetropeError, type Sentence } from '../../contract';
import { joined, SLICE } from './gunzip';

export interface ZipLimits {
  entries: number;
  /** Bytes of everything unpacked, counted as it is unpacked and not as the zip declares it. */
  bytes: number;
  /** How many times larger than the zip the output may be, beyond `ANY_ZIP`. No valid scene compresses better. */
  ratio: number;
}

export const ZIP_LIMITS: ZipLimits = { entries: 10_000, bytes: 2 ** 30, ratio: 16 };

/** Bytes that any zip may unpack to: small zips may be very repetitive. */
const ANY_ZIP = 128 * 2 ** 20;

function bad(
  name: string,
  what: Sentence,
  advice = say`Zip it again, or unpack it and open the folder.`,
  detail?: string,
): ZoetropeError {
  return new ZoetropeError('not-a-scene', say`${name} ${what}.`, advice, detail);
}

/**
 * Unpacks a zip in memory. Nothing is written to disk, so a name cannot lead out of the scene; a name that tries is
 * refused anyway. Symbolic links stay files that contain a path.
 * @throws not-a-scene, scene-too-large
 */
export function unzip(
  file: Uint8Array,
  name: string,
  limits: ZipLimits = ZIP_LIMITS,
): Map<string, Uint8Array<ArrayBuffer>> {
  const { byteLength } = file;
  const view = new DataView(file.buffer, file.byteOffset, byteLength);
  if (byteLength < 22 || view.getUint32(0, true) !== 0x04034b50) throw bad(name, say`is not a zip file`);
  const declared = endRecord(view);
  if (declared === null) throw bad(name, say`stops short: part of the file is missing`);
  const found = new Map<string, Uint8Array<ArrayBuffer>>();
  let out = 0;
  let entries = 0;
  const reader = new Unzip((entry) => {
    if (++entries > limits.entries) throw tooMuch(name, say`holds more than ${limits.entries} files`);
    const path = entry.name.replaceAll('\\', '/');
    if (path.endsWith('/')) return;
    if (path.startsWith('/') || /^[a-z]:/i.test(path) || path.split('/').includes('..'))
      throw bad(name, say`holds a file that is meant to lie outside of it`, undefined, path);
    if (![0, 8].includes(entry.compression))
      throw bad(
        name,
        say`is packed in a way Zoetrope does not read`,
        say`Zip it again with the usual compression (deflate).`,
      );
    const parts: Uint8Array[] = [];
    entry.ondata = (error, part, final) => {
      if (error instanceof ZoetropeError) throw error; // our own error, passed on by the decoder
      if (error) throw bad(name, say`is damaged`, undefined, `${path}: ${error.message}`);
      out += part.length;
      if (out > limits.bytes || out > ANY_ZIP + limits.ratio * byteLength)
        throw tooMuch(name, say`unpacks to more than Zoetrope opens`);
      parts.push(part);
      if (final) found.set(path, joined(parts));
    };
    entry.start();
  });
  reader.register(UnzipInflate);
  reader.register(UnzipPassThrough);
  try {
    for (let at = 0; at < byteLength; at += SLICE) reader.push(file.subarray(at, at + SLICE), at + SLICE >= byteLength);
  } catch (thrown) {
    if (thrown instanceof ZoetropeError) throw thrown;
    throw bad(name, say`is damaged`, undefined, String(thrown));
  }
  if (entries < declared) throw bad(name, say`is damaged`, undefined, `${entries} of ${declared} entries`);
  return found;
}

const tooMuch = (name: string, what: Sentence): ZoetropeError =>
  new ZoetropeError(
    'scene-too-large',
    say`${name} ${what}.`,
    say`Zip only the scene and its textures, or open a part of it.`,
  );

/** The number of entries that the zip declares; null if the end record is missing. */
function endRecord(view: DataView): number | null {
  const first = Math.max(0, view.byteLength - 22 - 0xffff);
  for (let at = view.byteLength - 22; at >= first; at--) {
    if (view.getUint32(at, true) === 0x06054b50) return view.getUint16(at + 10, true);
  }
  return null;
}
