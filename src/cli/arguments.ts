import { parseArgs, type ParseArgsConfig } from 'node:util';
import { say, ZoetropeError, type Sentence } from '../contract';

type Options = NonNullable<ParseArgsConfig['options']>;

/** Arguments with their order kept, because the order of media is the order the model sees them in. */
export interface Arguments {
  text(name: string): string | undefined;
  flag(name: string): boolean;
  /** A number within bounds, or undefined if it was not given. */
  number(name: string, bounds: { min: number; max: number; integer?: boolean }): number | undefined;
  choice<T extends string>(name: string, among: readonly T[]): T | undefined;
  /** The given options among `names`, as they were written. */
  ordered<T extends string>(names: readonly T[]): { name: T; value: string }[];
  positionals: string[];
}

/** @throws bad-request for an unknown option or a missing value. */
export function readArguments(argv: string[], options: Options): Arguments {
  let parsed;
  try {
    parsed = parseArgs({ args: argv, options, allowPositionals: true, tokens: true });
  } catch (error) {
    throw usage(say`${(error as Error).message.split('. ')[0]!}.`);
  }
  const values = parsed.values as Record<string, unknown>;
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    text,
    flag: (name) => values[name] === true,
    number: (name, { min, max, integer = true }) => {
      const value = text(name);
      if (value === undefined) return undefined;
      const number = value.trim() === '' ? NaN : Number(value);
      if (Number.isFinite(number) && number >= min && number <= max && (!integer || Number.isInteger(number)))
        return number;
      throw usage(
        say`--${name} takes ${integer ? 'a whole number' : 'a number'} from ${min} to ${max}, not "${value}".`,
      );
    },
    choice: (name, among) => {
      const value = text(name);
      if (value === undefined || (among as readonly string[]).includes(value)) return value as never;
      throw usage(say`--${name} takes ${among.join(', ')}; not "${value}".`);
    },
    ordered: (names) =>
      parsed.tokens.flatMap((token) =>
        token.kind === 'option' && token.value !== undefined && (names as readonly string[]).includes(token.name)
          ? [{ name: token.name as (typeof names)[number], value: token.value }]
          : [],
      ),
    positionals: parsed.positionals,
  };
}

export function usage(message: Sentence): ZoetropeError {
  return new ZoetropeError('bad-request', message, say`Run "npm run -s zoetrope -- help" to see what there is.`);
}
