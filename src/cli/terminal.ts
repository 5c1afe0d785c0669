// SPDX-License-Identifier: Apache-2.0
/**
 * What the command line says. Names of files, answers, subtitles and errors may hold any character; those that would
 * steer a terminal or turn text round (C0, DEL, C1, bidirectional overrides) never reach one.
 */

// eslint-disable-next-line no-control-regex -- they are what is looked for
const STEERING = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** With a mark in the place of every steering character; lines and tabs stay. */
export const harmless = (text: string): string => text.replace(/\r\n?/g, '\n').replace(STEERING, '\ufffd');

/** The same on one line. */
export const oneLine = (text: string): string => harmless(text).replace(/[\n\t]+/g, ' ');

/** JSON with every steering character escaped. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(STEERING, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Text for people, on standard output. */
export const toOut = (text: string): void => void process.stdout.write(harmless(text));
/** A line for people, on standard error. */
export const toErr = (line: string): void => void process.stderr.write(`${oneLine(line)}\n`);
/** For programs, on standard output. */
export const jsonOut = (value: unknown): void => void process.stdout.write(`${jsonText(value)}\n`);
