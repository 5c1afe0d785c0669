// SPDX-License-Identifier: Apache-2.0
/** The times that Qwen3-VL was trained with, before each pair of frames. Pure. */

import type { CaptionStyle } from '../../../sequence';

/** As Python's `f'{seconds:.1f}'`, which rounds a tie to the even digit: JavaScript rounds it up. */
export function oneDecimal(seconds: number): string {
  const tenths = Math.floor(seconds * 10);
  // Only odd quarters lie exactly between two tenths.
  const tie = Math.abs((seconds * 4) % 2) === 1;
  return tie ? ((tenths + (tenths % 2)) / 10).toFixed(1) : seconds.toFixed(1);
}

/** @param together frames that share tokens. */
export const qwenCaptions = (together: number): CaptionStyle => ({
  always: true,
  together,
  time: (seconds) => `<${oneDecimal(seconds)} seconds>`,
});
