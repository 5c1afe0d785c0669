// SPDX-License-Identifier: Apache-2.0
/** The words that SmolVLM2 was trained with around the frames of a video. Pure. */

import type { CaptionStyle } from '../../../sequence';

const ONES = [
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen',
  'eighteen nineteen',
]
  .join(' ')
  .split(' ');
const TENS = ',,twenty,thirty,forty,fifty,sixty,seventy,eighty,ninety'.split(',');

/** A whole number in words, as Python's `num2words` writes it: "one hundred and twenty-eight". Up to 999,999. */
export function inWords(n: number): string {
  if (n < 20) return ONES[n]!;
  if (n < 100) return TENS[Math.floor(n / 10)]! + (n % 10 ? `-${ONES[n % 10]!}` : '');
  if (n < 1000) return `${ONES[Math.floor(n / 100)]!} hundred${n % 100 ? ` and ${inWords(n % 100)}` : ''}`;
  const rest = n % 1000;
  return `${inWords(Math.floor(n / 1000))} thousand${rest ? (rest < 100 ? ` and ${inWords(rest)}` : `, ${inWords(rest)}`) : ''}`;
}

const two = (n: number): string => String(n).padStart(2, '0');

/** As Python's `str(timedelta)`. @param seconds whole. */
function duration(seconds: number): string {
  const days = Math.floor(seconds / 86400);
  const clock = `${Math.floor((seconds % 86400) / 3600)}:${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  return days === 0 ? clock : `${days} day${days === 1 ? '' : 's'}, ${clock}`;
}

export const SMOL_CAPTIONS: CaptionStyle = {
  always: true,
  opening: ({ times, duration: whole }) =>
    `You are provided the following series of ${inWords(times.length)} frames from a ${duration(Math.floor(whole))} [H:MM:SS] video.\n`,
  time: (seconds) => `\nFrame from ${two(Math.floor(seconds / 60))}:${two(Math.floor(seconds % 60))}:`,
  closing: () => '\n\n',
};
