// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { convertPathToPattern, glob, isDynamicPattern } from 'tinyglobby';
import { z } from 'zod';
import { say, ZoetropeError } from '../contract';
import { notThere } from '../engine';
import { fileKind } from '../media';
import { Labels } from '../runs';
import { withMarks } from '../sequence';
import type { Medium } from './media';
import { usage } from './options';
import { mediumOf, questionOf, SequenceFile, type Question, type Usual } from './question';
import { runQuestion, type AskedQuestion } from './running';

/** A line of a file of questions: a sequence, with an id and labels if wished. */
const QuestionLine = SequenceFile.extend({
  id: z.union([z.string().min(1), z.number()]).optional(),
  labels: Labels.optional(),
});

interface Given {
  files: readonly string[];
  ask: readonly string[];
  /** A file of questions. */
  questions: string | undefined;
  /** Called for each question of the file that is left out, with the reason. */
  onLeftOut: (what: string) => void;
}

/**
 * Every question of a batch: those of a file as they are, or each question about each file.
 * @throws bad-request, file-missing
 */
export async function batchQuestions(
  { files, ask, questions, onLeftOut }: Given,
  usual: Usual,
): Promise<AskedQuestion[]> {
  const own = questions === undefined ? [] : await readQuestions(questions, usual, onLeftOut);
  const asked = [...ask.map((text) => ({ asked: { text: withMarks(text), media: [] } })), ...own];
  if (asked.length === 0) throw usage(say`There is no question; add --ask or --questions.`);
  if (files.length === 0) return withIds(asked, onLeftOut);
  if (own.some(({ asked: { media } }) => media.length > 0))
    throw usage(say`The questions of ${questions!} name media of their own; leave out --files.`);
  const media: Medium[] = [];
  for (const path of await expand(files)) {
    const kind = await fileKind(path);
    // What is of no kind fails when it is opened, and its line says why.
    media.push(mediumOf(kind === 'photo' ? 'image' : kind === 'unknown' ? 'video' : kind, path, usual));
  }
  return withIds(
    media.flatMap((medium) => asked.map((one) => ({ ...one, asked: { text: one.asked.text, media: [medium] } }))),
    onLeftOut,
  );
}

interface Unnamed {
  id?: string;
  labels?: Labels | undefined;
  asked: Question;
}

/** Gives each question its id: the one it has, or one that depends on its media and text, and not on its place. */
function withIds(questions: readonly Unnamed[], onLeftOut: Given['onLeftOut']): AskedQuestion[] {
  const seen = new Set<string>();
  return questions.flatMap(({ id: own, labels, asked }) => {
    const made = runQuestion('', asked);
    const content = JSON.stringify([made.media, made.question]);
    const named = own !== undefined && asked.media.length > 0 ? own : undefined;
    const id = named ?? createHash('sha256').update(content).digest('hex').slice(0, 16);
    if (seen.has(id)) {
      if (named !== undefined) onLeftOut(`Another question has the id "${id}" too.`);
      return []; // the very same question again, or another one under its id
    }
    seen.add(id);
    return [{ ...made, id, ...(labels && { labels }) }];
  });
}

/** The files that were named: themselves, all media of a folder, or what a pattern matches; in order, each once. */
async function expand(named: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const name of named) {
    const info = await stat(name).catch(() => undefined);
    if (info?.isDirectory()) {
      const inside = await glob('**/*', { cwd: name, absolute: true });
      const kinds = await Promise.all(inside.map(fileKind));
      found.push(...inside.filter((_, k) => kinds[k] !== 'unknown').sort());
    } else if (info) found.push(resolve(name));
    else {
      const pattern = process.platform === 'win32' ? name.replaceAll('\\', '/') : name;
      const matched = isDynamicPattern(pattern)
        ? await glob(pattern, { cwd: convertPathToPattern(process.cwd()), absolute: true, expandDirectories: false })
        : [];
      if (matched.length === 0) throw notThere(name);
      found.push(...matched.sort());
    }
  }
  return [...new Set(found)];
}

/** Questions of a file: one a line as text (`.txt`), or sequences as JSON Lines or as one JSON list. */
async function readQuestions(file: string, usual: Usual, onLeftOut: Given['onLeftOut']): Promise<Unnamed[]> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw notThere(file);
  });
  const lines = text.replace(/^\ufeff/, '').split('\n');
  const numbered = lines.flatMap((line, k) => (line.trim() === '' ? [] : [{ line: line.trim(), number: k + 1 }]));
  if (extname(file).toLowerCase() === '.txt')
    return numbered.map(({ line }) => ({ asked: { text: withMarks(line), media: [] } }));
  const list = listIn(text)?.map((value, k) => ({ value, number: k + 1 }));
  const given = list ?? numbered.map(({ line, number }) => ({ value: jsonIn(line), number }));
  return given.flatMap(({ value, number }) => {
    try {
      const { data, error } = QuestionLine.safeParse(value);
      if (!data) throw unusable(error);
      const { id, labels, parts } = data;
      return [{ ...(id !== undefined && { id: String(id) }), labels, asked: questionOf(parts, dirname(file), usual) }];
    } catch (error) {
      if (!(error instanceof ZoetropeError)) throw error;
      onLeftOut(`${file}, ${list ? 'question' : 'line'} ${number}: ${error.message} ${error.advice}`);
      return [];
    }
  });
}

const unusable = (error: z.ZodError): ZoetropeError =>
  new ZoetropeError(
    'bad-request',
    say`This question cannot be used.`,
    say`It is {"id": ..., "parts": [{"video": ..., "frames": 16}, {"text": ...}]}, with parts as in a sequence file.`,
    String(error),
  );

function listIn(text: string): unknown[] | undefined {
  const value = text.trimStart().startsWith('[') ? jsonIn(text) : undefined;
  return Array.isArray(value) ? value : undefined;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
