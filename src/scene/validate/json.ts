// SPDX-License-Identifier: Apache-2.0
import { say } from '../../contract';
import { notA, tooMuch } from '../files/refusals';

const MOST_VALUES = 4_000_000;
/** Maximum depth. Files of real programs stay below twenty. */
const DEEPEST = 200;

/**
 * Counts the values and the depth of JSON before it is parsed, because parsed values take a dozen times their bytes.
 * @throws scene-too-large, not-a-scene
 */
export function checkJson(bytes: Uint8Array, title: string): void {
  let values = 0;
  let depth = 0;
  for (let at = 0, inText = false; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (inText) {
      if (byte === 0x5c)
        at++; // an escaped character does not end a string
      else if (byte === 0x22) inText = false;
    } else if (byte === 0x22) inText = true;
    else if (byte === 0x2c) values++;
    else if (byte === 0x7b || byte === 0x5b) {
      values++;
      if (++depth > DEEPEST) throw notA(title, say`has a description that is nested too deeply`);
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  if (values > MOST_VALUES) throw tooMuch(title, say`has a description of ${Math.round(values / 1e6)} million values`);
}

/** Parses JSON after `checkJson`. @throws the errors of `checkJson` and of JSON.parse */
export function parseJson(bytes: Uint8Array, title: string): unknown {
  checkJson(bytes, title);
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
}
