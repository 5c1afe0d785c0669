// SPDX-License-Identifier: Apache-2.0
import { Option } from '@commander-js/extra-typings';
import { say, ZoetropeError, type Sentence } from '../contract';

/**
 * Options of commands. Each is declared once, as `--name <value>` with one line of help. Its value is checked when it
 * is read, and the help lists the same choices and defaults.
 */

interface Bounds {
  min: number;
  max: number;
}

/** An option with a whole number within bounds. */
export function number<Flags extends string>(flags: Flags, help: string, bounds: Bounds) {
  const option = new Option(flags, help);
  return option.argParser((text): number => {
    const number = numberIn(text, bounds);
    if (Number.isInteger(number)) return number;
    throw usage(say`${option.long!} takes a whole number from ${bounds.min} to ${bounds.max}, not "${text}".`);
  });
}

/** An option with a number within bounds. */
export function real<Flags extends string>(flags: Flags, help: string, bounds: Bounds) {
  const option = new Option(flags, help);
  return option.argParser((text): number => {
    const number = numberIn(text, bounds);
    if (!Number.isNaN(number)) return number;
    throw usage(say`${option.long!} takes a number from ${bounds.min} to ${bounds.max}, not "${text}".`);
  });
}

/** An option with numbers within bounds, separated by commas. */
export function numbers<Flags extends string>(flags: Flags, help: string, bounds: Bounds) {
  const option = new Option(flags, help);
  return option.argParser((text): number[] =>
    text.split(',').map((part) => {
      const number = numberIn(part, bounds);
      if (!Number.isNaN(number)) return number;
      throw usage(
        say`${option.long!} takes numbers from ${bounds.min} to ${bounds.max}, with commas between them; not "${part}".`,
      );
    }),
  );
}

function numberIn(text: string, { min, max }: Bounds): number {
  const number = text.trim() === '' ? NaN : Number(text);
  return number >= min && number <= max ? number : NaN;
}

/** An option with one of these words. */
export function choice<Flags extends string, Word extends string>(flags: Flags, help: string, among: readonly Word[]) {
  const option = new Option(flags, help).choices(among);
  return option.argParser((text): Word => {
    const word = among.find((one) => one === text);
    if (word !== undefined) return word;
    throw usage(say`${option.long!} takes ${among.join(', ')}; not "${text}".`);
  });
}

/** An option with some of these words, separated by commas. */
export function choices<Flags extends string, Word extends string>(flags: Flags, help: string, among: readonly Word[]) {
  const option = new Option(flags, help).choices(among);
  return option.argParser((text): Word[] =>
    text.split(',').map((part) => {
      const word = among.find((one) => one === part);
      if (word !== undefined) return word;
      throw usage(
        say`${option.long!} takes ${among.join(', ')}, one or several with commas between them; not "${part}".`,
      );
    }),
  );
}

/** An option that may be given several times. `read` parses each value. */
export function repeated<Flags extends string, Value>(flags: Flags, help: string, read: (text: string) => Value) {
  return new Option(flags, `${help}; may be repeated`).argParser((text, before: Value[] | undefined): Value[] => [
    ...(before ?? []),
    read(text),
  ]);
}

/** The error for invalid arguments. */
export function usage(message: Sentence): ZoetropeError {
  return new ZoetropeError('bad-request', message, say`Run "npm run -s zoetrope -- help" to see what there is.`);
}
