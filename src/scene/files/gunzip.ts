// SPDX-License-Identifier: Apache-2.0
import { Gunzip, Unzlib } from 'fflate';
import { say } from '../../contract';
import { notA, tooMuch } from './refusals';

/**
 * Deflate expands a byte to about a thousand at most, and the output of a slice is in memory before it can be counted.
 */
export const SLICE = 1 << 14;

/** Unpacks gzip; stops when the output exceeds `most` bytes. @throws not-a-scene, scene-too-large */
export function gunzipWithin(file: Uint8Array, most: number, title: string): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  let out = 0;
  const reader = new Gunzip((part) => {
    out += part.length;
    if (out > most) throw tooMuch(title, say`unpacks to more than ${Math.round(most / 2 ** 20)} MB`);
    parts.push(part);
  });
  try {
    for (let at = 0; at < file.length; at += SLICE)
      reader.push(file.subarray(at, at + SLICE), at + SLICE >= file.length);
  } catch (thrown) {
    if ((thrown as { code?: unknown }).code === 'scene-too-large') throw thrown;
    throw notA(title, say`is damaged`, String(thrown));
  }
  return joined(parts);
}

/** Whether zlib data unpacks to at most `most` bytes. The output is discarded. */
export function inflatesWithin(compressed: Uint8Array, most: number): boolean {
  let out = 0;
  const reader = new Unzlib((part) => {
    out += part.length;
  });
  try {
    for (let at = 0; at < compressed.length && out <= most; at += SLICE)
      reader.push(compressed.subarray(at, at + SLICE), at + SLICE >= compressed.length);
  } catch {
    return false;
  }
  return out <= most;
}

/** Joins the parts. Frees each part as soon as it is copied. */
export function joined(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (let k = 0; k < parts.length; k++) {
    whole.set(parts[k]!, at);
    at += parts[k]!.length;
    parts[k] = new Uint8Array();
  }
  return whole;
}
