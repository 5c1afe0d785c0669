// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NO_SETUP, type Message, type SearchHit } from '../contract';
import { excerpt, matchOf, wordsOf } from './search-words';
import { Library } from '.';

let dir: string;
let library: Library;
let project: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'zoetrope-search-'));
  library = Library.open(join(dir, 'library.sqlite')).library;
  project = library.projects.create('Kitchen');
});
afterEach(() => {
  library.close();
  rmSync(dir, { recursive: true, force: true });
});

let count = 0;
const say = (text: string, of = project): string => {
  const id = `m${++count}`;
  const message: Message = { id, role: 'user', createdAt: count, text, placement: 'front', parts: [] };
  library.saveMessage(of, message);
  return id;
};
const find = (text: string): Promise<SearchHit[]> => library.search.find(text, new AbortController().signal);
const found = async (text: string): Promise<(string | undefined)[]> => (await find(text)).map(({ message }) => message);

it('finds all words by their beginnings, without case and accents, the latest first', async () => {
  const cup = say('Where does the Café cup stand?');
  const later = say('Is the cup at the café still full?');
  say('How many plates?');
  expect(await found('cafe CUP')).toEqual([later, cup]);
  expect(await found('sta cup')).toEqual([cup]);
  expect(await found('"cup stand"')).toEqual([cup]);
  expect(await found('cup spoon')).toEqual([]);
  expect((await find('stand'))[0]).toMatchObject({ kind: 'question', project, projectName: 'Kitchen' });
});

it('finds words of scripts without spaces, and what looks like the syntax of a query', async () => {
  const door = say('厨房的门是什么颜色？');
  expect(await found('厨房')).toEqual([door]);
  expect(await found('什么颜色')).toEqual([door]);
  expect(await found('卧室')).toEqual([]);
  const odd = say(`"quoted" AND (NEAR text:* -minus)`);
  for (const query of ['AND', 'near', '"quoted"', '(NEAR', 'text:*', '-minus', '"', '""', '*', '^quoted', '{a b}: x'])
    expect(await found(query)).toEqual(matchOf(wordsOf(query)) && !query.startsWith('{') ? [odd] : []);
});

it('follows changes, removals and restored conversations; a lost or damaged index is made anew', async () => {
  const id = say('a red ball');
  expect(await found('red')).toEqual([id]);
  library.saveMessage(project, { id, role: 'user', createdAt: 1, text: 'a blue ball', placement: 'front', parts: [] });
  expect([await found('red'), await found('blue')]).toEqual([[], [id]]);
  const putBack = library.conversations.remove(project, library.conversations.current(project));
  expect(await found('blue')).toEqual([]);
  putBack();
  expect(await found('blue')).toEqual([id]);
  library.close();
  const index = join(dir, 'library.search.sqlite');
  expect(existsSync(index)).toBe(true);
  for (const damage of [
    () => rmSync(index),
    () => writeFileSync(index, 'no index at all, but long enough to try'.repeat(300)),
  ]) {
    damage();
    library = Library.open(join(dir, 'library.sqlite')).library;
    expect(await found('blue')).toEqual([id]);
    library.close();
  }
  library = Library.open(join(dir, 'library.sqlite')).library;
});

it('finds names of projects, conversations, files, ranges and views', async () => {
  const source = library.addSource(project, join(dir, 'Harbour tour.mp4'), 'video', 1);
  library.setRanges(project, source, [{ id: 'r', start: 12.5, end: 20, label: 'Harbour gate', chosen: true }]);
  const scene = library.addSource(project, join(dir, 'house.glb'), 'scene', 1);
  const pose = { cameraToWorld: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 5, 0, 0, 0, 1], target: [0, 0, 0] } as never;
  library.setSetup(project, scene, { ...NO_SETUP, bookmarks: [{ id: 'b', name: 'Harbour window', pose, fovY: 45 }] });
  library.conversations.rename(library.conversations.current(project), 'About the harbour');
  library.projects.rename(project, 'Harbours');
  expect((await find('harbour')).map(({ kind, source, time }) => [kind, source, time])).toEqual([
    ['project', undefined, undefined],
    ['conversation', undefined, undefined],
    ['file', source, undefined],
    ['range', source, 12.5],
    ['view', scene, undefined],
  ]);
});

it('stops at once when it is cancelled while much is indexed', async () => {
  for (let k = 0; k < 500; k++) say(`question ${k}`);
  const stop = new AbortController();
  await expect(library.search.find('question', stop.signal, () => stop.abort())).rejects.toThrow();
  expect((await find('question')).length).toBe(100);
});

it('an excerpt is a part of the text and shows a word of the search', () => {
  const words = fc.array(fc.constantFrom('red', 'Ball', '红球', 'é', ' ', 'a', '\n', '😀'), { maxLength: 80 });
  fc.assert(
    fc.property(words, fc.constantFrom('red', 'ball', '红', 'E'), (parts, word) => {
      const text = parts.join('');
      const line = text.replace(/\s+/g, ' ').trim();
      const runs = excerpt(text, [word]);
      const shown = runs
        .map((run) => run.text)
        .join('')
        .replace(/^…|…$/g, '');
      expect(line).toContain(shown);
      const has = line.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().includes(word.toLowerCase());
      expect(runs.some(({ match }) => match)).toBe(has);
    }),
    { numRuns: 300 },
  );
});
