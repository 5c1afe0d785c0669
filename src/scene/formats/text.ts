// SPDX-License-Identifier: Apache-2.0
import { say } from '../../contract';
import { MOST_TEXT_BYTES, notA, tooMuch } from '../files/refusals';

/** As many lines as points are allowed: each point takes at least one line. */
const MOST_LINES = 30_000_000;

/** Decodes the text of a file: UTF-8, UTF-16 or, if it is neither, Latin-1. */
export function decodeText(bytes: Uint8Array, title: string): string {
  if (bytes.byteLength > MOST_TEXT_BYTES)
    throw tooMuch(title, say`is ${Math.round(bytes.byteLength / 2 ** 20)} MB of text`);
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines += 1;
  if (lines > MOST_LINES) throw tooMuch(title, say`has about ${Math.round(lines / 1e6)} million lines`);
  const wide = utf16(bytes);
  if (wide !== null) return new TextDecoder(wide).decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const text = new TextDecoder('latin1').decode(bytes);
    if (text.slice(0, 4096).includes('\0')) throw notA(title, say`is not a text file`);
    return text;
  }
}

/** Detects UTF-16 by its byte order mark, or because every other byte of ASCII text is zero. */
function utf16(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const head = bytes.subarray(0, 256);
  const zeros = [0, 0];
  head.forEach((byte, k) => byte === 0 && zeros[k % 2]!++);
  if (head.length < 16) return null;
  if (zeros[1]! > head.length * 0.4 && zeros[0] === 0) return 'utf-16le';
  return zeros[0]! > head.length * 0.4 && zeros[1] === 0 ? 'utf-16be' : null;
}
