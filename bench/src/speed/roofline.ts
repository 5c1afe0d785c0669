// SPDX-License-Identifier: Apache-2.0
import type { Limits } from './limits';
import { counted, type Row } from './measure';
import { pictureTokens, SHAPES, type Size } from './shapes';
import { ZOETROPE } from './subjects';

/** Bytes per value of the head: 8 bits, and a 32-bit scale for each 128 values. */
const HEAD_BYTES = 1 + 4 / 128;

/**
 * The share of the machine's limit that Zoetrope reached: the time that the work would take at the limits, divided by
 * the measured time. A token must read every weight and, at 8 bits, every key and value once; a prompt or a picture
 * must do its products of 8-bit weights, and those of attention in floats.
 * @returns null where no limit is known.
 */
export function shareOfLimit(
  { metric, context, subject, wall, cpu }: Row,
  limits: Limits,
  size: Size,
  threads: number,
): number | null {
  if (subject !== ZOETROPE.name || !cpu) return null;
  const seconds = counted({ ms: wall, cpuMs: cpu }, threads).median / 1000;
  const { config } = SHAPES[size];
  const { text, vision } = config;
  const kvWidth = (text.hidden / text.heads) * text.kvHeads;
  const textWeights = text.layers * (2 * text.hidden * (text.hidden + kvWidth) + 3 * text.hidden * text.intermediate);
  const visionWeights = vision.layers * (4 * vision.hidden ** 2 + 2 * vision.hidden * vision.intermediate);
  if (metric === 'decode') {
    const bytes = textWeights + HEAD_BYTES * text.vocabulary * text.hidden + 2 * text.layers * kvWidth * context!;
    return bytes / limits.memory / seconds;
  }
  // Two operations per weight and position; attention multiplies all positions with all, twice, and in a prompt only
  // with earlier ones.
  const ideal = (weights: number, positions: number, attention: number) =>
    (2 * weights * positions) / limits.integers + attention / limits.floats;
  if (metric === 'prefill')
    return ideal(textWeights, context!, 2 * text.layers * text.hidden * context! ** 2) / seconds;
  if (metric === 'vision') {
    const positions = pictureTokens(SHAPES[size]);
    return ideal(visionWeights, positions, 4 * vision.layers * vision.hidden * positions ** 2) / seconds;
  }
  return null;
}
