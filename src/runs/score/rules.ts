// SPDX-License-Identifier: Apache-2.0
/**
 * The rules by which the published scorer of LLaVA-Interleave Bench (`evaluate_interleave.py`) compares a prediction with
 * the truth. They are kept as they are, oddities included: a better rule would give other numbers than the published.
 */

/** What Python's `str.strip` and `str.split` take for white space. JavaScript's own set differs in six characters. */
export const PYTHON_SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const AROUND = new RegExp(`^[${PYTHON_SPACE}]+|[${PYTHON_SPACE}]+$`, 'g');
const strip = (text: string): string => text.replace(AROUND, '');

const PUNCTUATION = [...';/[]"{}()=+\\_-><@`,?!'];
/** A thousands separator: where there is one, every mark of the text is deleted, and none becomes a space. */
const DIGITS_COMMA_DIGITS = /\p{Nd},\p{Nd}/u;
const FULL_STOP = /\.(?!\p{Nd})/gu;
/** The scorer hands `re.UNICODE` (32) to a parameter that limits the number of replacements. */
const MOST_FULL_STOPS = 32;

/** The text as it is compared: punctuation removed, trimmed, in lower case. */
export function normalized(text: string): string {
  const given = strip(text.replace(/[\n\t]/g, ' '));
  const joins = DIGITS_COMMA_DIGITS.test(given);
  let plain = given;
  for (const mark of PUNCTUATION) {
    const deleted = joins || given.includes(`${mark} `) || given.includes(` ${mark}`);
    plain = plain.replaceAll(mark, deleted ? '' : ' ');
  }
  let stops = 0;
  plain = plain.replace(FULL_STOP, (stop) => (stops++ < MOST_FULL_STOPS ? '' : stop));
  for (const mark of [`'`, `"`, `\\)`, `\\(`]) plain = plain.replace(new RegExp(`^${mark}+|${mark}+$`, 'g'), '');
  return strip(plain).toLowerCase();
}

/** Whether a choice is right. Of an answer with colons, the last part that is a single letter from a to h counts. */
export function isRightChoice(prediction: string, truth: string): boolean {
  const said = normalized(prediction);
  const letter = said.includes(':')
    ? said
        .split(':')
        .map(strip)
        .findLast((part) => /^[a-h]$/.test(part))
    : undefined;
  return (letter ?? said) === normalized(truth);
}
