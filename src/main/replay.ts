// SPDX-License-Identifier: Apache-2.0
import { pictureName, type LocalReceipt, type PictureRef, type Replayed } from '../contract';

interface Given {
  text: string;
  receipt: LocalReceipt;
}

/** The pictures that the model saw, whole and in tiles. */
const inputsOf = ({ pictures }: LocalReceipt): PictureRef[] =>
  pictures.flatMap(({ input, tiles = [] }) => [...(input ? [input] : []), ...tiles]);

/** Where two lists or texts first differ, from 0; -1 if they are equal. */
function firstDifference<T>(before: ArrayLike<T>, after: ArrayLike<T>): number {
  const length = Math.max(before.length, after.length);
  for (let at = 0; at < length; at++) if (before[at] !== after[at]) return at;
  return -1;
}

/**
 * The first difference between an answer and its replay, in the order in which one causes the other: the pictures, the
 * prompt, the words. Of an answer that was stopped, only the words that were written are compared.
 */
export function compareReplay(before: Given, after: Given): Replayed {
  const picture = firstDifference(inputsOf(before.receipt).map(pictureName), inputsOf(after.receipt).map(pictureName));
  if (picture >= 0) return { differs: 'picture', at: picture };
  const prompt = firstDifference(before.receipt.prompt, after.receipt.prompt);
  if (prompt >= 0) return { differs: 'prompt', at: prompt };
  const isWhole = before.receipt.finish !== 'cancelled';
  const words = firstDifference(before.text, isWhole ? after.text : after.text.slice(0, before.text.length));
  return words >= 0 ? { differs: 'words', at: words } : { differs: 'nothing' };
}
