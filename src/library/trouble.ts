// SPDX-License-Identifier: Apache-2.0
import { say, ZoetropeError, type Sentence } from '../contract';

/** Why a library cannot be used normally. Only `damaged` is a reason to use another file instead. */
export type Trouble = 'damaged' | 'busy' | 'read-only' | 'full' | 'handles' | 'unreachable' | 'newer';

/** SQLite's primary result codes (https://sqlite.org/rescode.html) that concern the file. */
const BY_RESULT: Readonly<Record<number, Trouble>> = {
  3: 'read-only',
  5: 'busy',
  6: 'busy',
  8: 'read-only',
  10: 'unreachable',
  11: 'damaged',
  13: 'full',
  14: 'unreachable',
  26: 'damaged',
};
/** Error codes of the operating system: numbers for SQLite, names for Node. */
const BY_SYSTEM: Readonly<Record<string | number, Trouble>> = {
  13: 'read-only',
  EACCES: 'read-only',
  EPERM: 'read-only',
  30: 'read-only',
  EROFS: 'read-only',
  23: 'handles',
  ENFILE: 'handles',
  24: 'handles',
  EMFILE: 'handles',
  28: 'full',
  ENOSPC: 'full',
  122: 'full',
  EDQUOT: 'full',
  EBUSY: 'busy',
  EIO: 'unreachable',
  ENOTDIR: 'unreachable',
  ENOENT: 'unreachable',
  EEXIST: 'unreachable',
  EISDIR: 'unreachable',
  ELOOP: 'unreachable',
};

/** The meaning of an error of SQLite or of the file system. Undefined for any other error. */
export function troubleOf(error: unknown): Trouble | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof ZoetropeError) return troubleOf(error.cause);
  const { code, errcode, systemErrno } = error as { code?: string; errcode?: number; systemErrno?: number };
  if (code !== 'ERR_SQLITE_ERROR') return code === undefined ? undefined : BY_SYSTEM[code];
  return (
    (process.platform !== 'win32' && systemErrno ? BY_SYSTEM[systemErrno] : undefined) ??
    BY_RESULT[(errcode ?? 0) & 255]
  );
}

export interface Words {
  message: Sentence;
  advice: Sentence;
}

/** What happened; what to do if the app could not open its library; what to do if one change could not be saved. */
const WORDS: Readonly<
  Record<Exclude<Trouble, 'newer'>, () => { message: Sentence; atStart: Sentence; later: Sentence }>
> = {
  damaged: () => ({
    message: say`The library file is damaged.`,
    atStart: say`Check the disk and start Zoetrope again.`,
    later: say`Start Zoetrope again: what can be read is recovered.`,
  }),
  busy: () => ({
    message: say`Another program is using the library.`,
    atStart: say`Close it and start Zoetrope again.`,
    later: say`Close it and try again.`,
  }),
  'read-only': () => ({
    message: say`The library file or its folder is read-only.`,
    atStart: say`Allow writing to the app folder and start Zoetrope again.`,
    later: say`Allow writing to the app folder and try again.`,
  }),
  full: () => ({
    message: say`There is no room left on the disk.`,
    atStart: say`Free some space and start Zoetrope again.`,
    later: say`Free some space and try again.`,
  }),
  handles: () => ({
    message: say`The system has no file handles left.`,
    atStart: say`Close other programs and start Zoetrope again.`,
    later: say`Close other programs and try again.`,
  }),
  unreachable: () => ({
    message: say`The library file cannot be reached.`,
    atStart: say`Check the disk and the app folder and start Zoetrope again.`,
    later: say`Check the disk and the app folder and try again.`,
  }),
};

export function wordsAtStart(trouble: Exclude<Trouble, 'newer'>): Words {
  const { message, atStart } = WORDS[trouble]();
  return { message, advice: atStart };
}

const CODES = {
  damaged: 'library-broken',
  busy: 'library-busy',
  'read-only': 'library-read-only',
  full: 'disk-full',
  handles: 'library-broken',
  unreachable: 'library-broken',
} as const;

/** The error of a statement as a `ZoetropeError`. An error that does not concern the file is returned unchanged. */
export function told(error: unknown): unknown {
  const trouble = troubleOf(error);
  if (trouble === undefined || trouble === 'newer') return error;
  const { message, later } = WORDS[trouble]();
  return new ZoetropeError(CODES[trouble], message, later, String(error), { cause: error });
}
