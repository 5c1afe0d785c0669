import { Gunzip } from 'fflate';
import { say } from '../../../../contract';
import { notA, tooMuch } from '../formats/refusals';

const SLICE = 1 << 16;

/** Unpacks gzip, and stops where it grows past `most` bytes. @throws not-a-scene, scene-too-large */
export function gunzipWithin(file: Uint8Array, most: number, title: string): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  let out = 0;
  const reader = new Gunzip((part) => {
    out += part.length;
    if (out > most) throw tooMuch(title, say`unpacks to more than ${Math.round(most / 2 ** 20)} MB`);
    parts.push(part);
  });
  try {
    for (let at = 0; at < file.length; at += SLICE) reader.push(file.subarray(at, at + SLICE), at + SLICE >= file.length);
  } catch (thrown) {
    if ((thrown as { code?: unknown }).code === 'scene-too-large') throw thrown;
    throw notA(title, say`is damaged`, String(thrown));
  }
  const whole = new Uint8Array(out);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
