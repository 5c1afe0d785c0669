// SPDX-License-Identifier: Apache-2.0
import { PYTHON_SPACE } from './rules';

/**
 * ROUGE-L as the Python package `rouge` 1.0.1 computes it: over sentences, with the set of words of each longest common
 * subsequence (Lin 2004, "summary level"; every word counts once).
 */

const SPACES = new RegExp(`[${PYTHON_SPACE}]+`);

/** The words of each sentence. A sentence of nothing but spaces has one word, the empty one. */
function sentencesOf(text: string): string[][] {
  return text
    .split('.')
    .filter((sentence) => sentence !== '')
    .map((sentence) => {
      const words = sentence.split(SPACES).filter((word) => word !== '');
      return words.length > 0 ? words : [''];
    });
}

/** The F-measure of a prediction, 0 to 1; null if either text has no sentence. */
export function rougeL(prediction: string, truth: string): number | null {
  const said = sentencesOf(prediction);
  const wanted = sentencesOf(truth);
  if (said.length === 0 || wanted.length === 0) return null;
  const common = new Set<string>();
  for (const sentence of wanted) for (const other of said) addCommonWords(common, sentence, other);
  const recall = common.size / new Set(wanted.flat()).size;
  const precision = common.size / new Set(said.flat()).size;
  return 2 * ((precision * recall) / (precision + recall + 1e-8));
}

/** Adds the words of the longest common subsequence of two sentences; of several, the one that `rouge` finds. */
function addCommonWords(found: Set<string>, a: readonly string[], b: readonly string[]): void {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j]!;
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++)
      lengths[i * width + j] = a[i - 1] === b[j - 1] ? at(i - 1, j - 1) + 1 : Math.max(at(i - 1, j), at(i, j - 1));
  let i = a.length;
  let j = b.length;
  while (i > 0 && j > 0) {
    if (a[i - 1] === b[j - 1]) {
      found.add(a[i - 1]!);
      i--;
      j--;
    } else if (at(i - 1, j) > at(i, j - 1)) i--;
    else j--;
  }
}
