// SPDX-License-Identifier: Apache-2.0
import { mkdir, open, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { ErrorInfoSchema, say, ZoetropeError, type Receipt } from '../contract';
import { writeWhole } from '../media';
import { linesOfFile, type FileLine } from './lines';

/**
 * A run file: JSON Lines. The first line is the header; each further line is a question with its answer, or with the
 * error for which it has none.
 */
export const RUN_FORMAT = 'zoetrope-run';
const VERSION = 1;

/** What a benchmark says of a question, such as its data set and the right answer. */
export const Labels = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
export type Labels = z.infer<typeof Labels>;

/** What is the same for all questions of a run. A run goes on only with the same. */
export const RunAbout = z.object({
  /** What answers: a local model with its fingerprint, or a server with the name of its model. */
  model: z.record(z.string(), z.unknown()),
  /** How it is asked: sampling, placement, captions. */
  settings: z.record(z.string(), z.unknown()),
});
export type RunAbout = z.infer<typeof RunAbout>;

export const RunHeader = RunAbout.extend({
  format: z.literal(RUN_FORMAT),
  version: z.literal(VERSION),
  /** Version of Zoetrope. */
  zoetrope: z.string(),
  /** When the run began, as ISO 8601. */
  created: z.string(),
});
export type RunHeader = z.infer<typeof RunHeader>;

export const RunLine = z.object({
  /** Of the question, within the run. */
  id: z.string(),
  /** With `<image>` where a medium stands. */
  question: z.string(),
  /** The media in order, as a sequence file names them. */
  media: z.array(z.record(z.string(), z.unknown())),
  labels: Labels.optional(),
  answer: z.string().optional(),
  /** Not checked when it is read: receipts of other versions are kept as they are. */
  receipt: z.custom<Receipt>().optional(),
  error: ErrorInfoSchema.optional(),
  /** Seconds from the question to the whole answer. */
  seconds: z.number(),
});
export type RunLine = z.infer<typeof RunLine>;

/** An open run file. Lines are appended whole, one after another, and are on the disk when `append` returns. */
export interface RunFile {
  /** The questions that have a line, by their ids, and whether they were answered or failed. */
  done: ReadonlyMap<string, 'answered' | 'failed'>;
  append: (line: RunLine) => Promise<void>;
  close: () => Promise<void>;
}

export interface OpenRunOptions {
  /** Version of Zoetrope, for the header. */
  zoetrope: string;
  /** Whether the lines of failed questions are removed, so that they are asked again. */
  retry?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Opens a run file to be continued, or begins it. A last line that was cut, because the process was killed while it
 * wrote, is removed.
 * @throws bad-request if the file is no run file, or of a run with another model or other settings; errors of the disk.
 */
export async function openRunFile(path: string, about: RunAbout, options: OpenRunOptions): Promise<RunFile> {
  const done = await withDiskErrors(path, () => prepare(path, about, options));
  const file = await withDiskErrors(path, () => open(path, 'a'));
  let last: Promise<void> = Promise.resolve();
  return {
    done,
    append: (line) => {
      const text = `${JSON.stringify(line)}\n`;
      last = last.then(() => withDiskErrors(path, () => write(file, text)));
      return last;
    },
    close: () => file.close(),
  };
}

async function write(file: FileHandle, text: string): Promise<void> {
  await file.appendFile(text);
  await file.datasync();
}

async function prepare(
  path: string,
  about: RunAbout,
  { zoetrope, retry = false, signal }: OpenRunOptions,
): Promise<RunFile['done']> {
  const size = await stat(path).then(
    ({ size: bytes }) => bytes,
    () => 0,
  );
  const done = new Map<string, 'answered' | 'failed'>();
  let header: RunHeader | undefined;
  let end = 0; // of the last whole line, in bytes
  if (size > 0) {
    for await (const line of linesOfFile(path, signal)) {
      if (!line.whole) break;
      end = line.from + line.bytes + 1;
      if (!header) {
        header = readHeader(path, line);
        continue;
      }
      const read = readRunLine(line);
      if (!read) continue;
      done.set(read.id, read.error ? 'failed' : 'answered');
    }
  }
  if (size === 0) {
    await mkdir(dirname(path), { recursive: true });
    const first: RunHeader = {
      format: RUN_FORMAT,
      version: VERSION,
      zoetrope,
      created: new Date().toISOString(),
      ...about,
    };
    await writeWhole(path, async (partial) => {
      const file = await open(partial, 'wx');
      await write(file, `${JSON.stringify(first)}\n`).finally(() => file.close());
    });
    return done;
  }
  if (!header) throw notARun(path);
  checkSame(path, header, about);
  if (end < size) {
    const file = await open(path, 'r+');
    await file.truncate(end).finally(() => file.close());
  }
  if (!retry || ![...done.values()].includes('failed')) return done;
  await writeWithoutFailures(path, signal);
  return new Map([...done].filter(([, how]) => how === 'answered'));
}

/** Rewrites a file without the lines of failed questions. */
async function writeWithoutFailures(path: string, signal: AbortSignal | undefined): Promise<void> {
  await writeWhole(path, async (partial) => {
    const file = await open(partial, 'wx');
    try {
      for await (const line of linesOfFile(path, signal)) {
        if (readRunLine(line)?.error) continue;
        await file.appendFile(`${line.text}\n`);
      }
    } finally {
      await file.close();
    }
  });
}

/** A line of a question. Null for the header and for what is broken. */
export function readRunLine({ text }: FileLine): RunLine | null {
  try {
    return RunLine.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** @throws bad-request */
export function readHeader(path: string, { text }: FileLine): RunHeader {
  try {
    return RunHeader.parse(JSON.parse(text));
  } catch {
    throw notARun(path);
  }
}

/** @throws bad-request if a run was asked in another way. */
function checkSame(path: string, { model, settings }: RunHeader, about: RunAbout): void {
  // As JSON has it: without what is undefined.
  const now = JSON.parse(JSON.stringify(about)) as RunAbout;
  if (!isDeepStrictEqual(model, now.model)) {
    throw new ZoetropeError(
      'bad-request',
      say`"${basename(path)}" holds answers of another model.`,
      say`Name another file, or the model that it was begun with.`,
      JSON.stringify({ there: model, now: now.model }),
    );
  }
  if (!isDeepStrictEqual(settings, now.settings)) {
    throw new ZoetropeError(
      'bad-request',
      say`"${basename(path)}" was begun with other settings.`,
      say`Name another file, or the settings that it was begun with.`,
      JSON.stringify({ there: settings, now: now.settings }),
    );
  }
}

const notARun = (path: string): ZoetropeError =>
  new ZoetropeError(
    'bad-request',
    say`"${basename(path)}" is not a file of answers, or one of another version.`,
    say`Name another file.`,
  );

async function withDiskErrors<T>(path: string, job: () => Promise<T>): Promise<T> {
  try {
    return await job();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof ZoetropeError || code === undefined || code === 'ABORT_ERR') throw error;
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new ZoetropeError(
        'disk-full',
        say`The disk is full: "${basename(path)}" cannot be written.`,
        say`Free some space, and start again: every answer so far is kept.`,
        code,
      );
    throw new ZoetropeError(
      'file-unreadable',
      say`"${basename(path)}" cannot be written.`,
      say`Choose a folder that can be written to.`,
      code,
    );
  }
}
