// SPDX-License-Identifier: Apache-2.0
/**
 * The output of the command line. File names, answers, subtitles and errors may contain any character. Control
 * characters and those that change the direction of text (C0, DEL, C1, bidirectional overrides) are never printed.
 */

// eslint-disable-next-line no-control-regex -- they are what is looked for
const STEERING = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Replaces control characters by a mark. Line breaks and tabs stay. */
export const harmless = (text: string): string => text.replace(/\r\n?/g, '\n').replace(STEERING, '\ufffd');

/** The same on one line. */
export const oneLine = (text: string): string => harmless(text).replace(/[\n\t]+/g, ' ');

/** JSON with every control character escaped. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(STEERING, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Prints text for people on standard output. */
export const toOut = (text: string): void => void process.stdout.write(harmless(text));
/** Prints a line for people on standard error. */
export const toErr = (line: string): void => void process.stderr.write(`${oneLine(line)}\n`);
/** Prints JSON for programs on standard output. */
export const jsonOut = (value: unknown): void => void process.stdout.write(`${jsonText(value)}\n`);
