// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '../contract';
import { Database } from './database';
import { MIGRATIONS } from './schema';
import { branchOf, endOf, siblingsOf, versionsIn, type TurnRow } from './tree';
import { Library } from '.';

let dir: string;
let library: Library;
let project: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'zoetrope-conversations-'));
  library = Library.open(join(dir, 'library.sqlite')).library;
  project = library.projects.create('Kitchen');
});
afterEach(() => {
  library.close();
  rmSync(dir, { recursive: true, force: true });
});

const question = (id: string): Message => ({
  id,
  role: 'user',
  createdAt: 0,
  text: `${id}?`,
  placement: 'front',
  parts: [],
});
const answer = (id: string, status: 'streaming' | 'done' = 'done', text = `${id}.`): Message => ({
  id,
  role: 'assistant',
  createdAt: 1,
  text,
  status,
  error: null,
  receipt: null,
});
const shown = (): string[] => library.messages(project).map(({ id }) => id);
const talk = (): string => library.conversations.current(project);
const add = (parent: string | null, ...messages: Message[]): void =>
  library.conversations.add(project, talk(), messages, parent);

it('keeps every version of an answer and of a question, and shows each with what was said after it', () => {
  add(null, question('q1'), answer('a1'));
  add('a1', question('q2'), answer('a2'));
  add('q1', answer('a1b'));
  expect(shown()).toEqual(['q1', 'a1b']);
  expect(library.readProject(project).versions).toEqual({ a1b: { at: 2, of: 2 } });
  add('a1b', question('q3'), answer('a3'));
  library.conversations.showMessage(project, library.conversations.versionBeside('a1b', -1)!);
  expect(shown()).toEqual(['q1', 'a1', 'q2', 'a2']);
  add('a1', question('q2b'), answer('a2b'));
  expect(shown()).toEqual(['q1', 'a1', 'q2b', 'a2b']);
  expect(library.readProject(project).versions).toEqual({ a1: { at: 1, of: 2 }, q2b: { at: 2, of: 2 } });
  library.conversations.showMessage(project, 'a3'); // as a hit of a search does
  expect(shown()).toEqual(['q1', 'a1b', 'q3', 'a3']);
  const db = new Database(join(dir, 'library.sqlite'), { readOnly: true });
  const all = db.all<{ id: string }>('SELECT id FROM message ORDER BY position').map(({ id }) => id);
  db.close();
  expect(all.filter((id) => !shown().includes(id))).toEqual(['a1', 'q2', 'a2', 'q2b', 'a2b']);
  expect(library.conversations.versionBeside('a1b', 1)).toBeUndefined();
});

it('has several conversations in a project, each with its draft, and restores one that was deleted', () => {
  add(null, question('q1'), answer('a1'));
  const first = talk();
  library.conversations.setDraft(first, { text: 'and then', editing: null });
  const second = library.conversations.create(project);
  library.conversations.show(project, second);
  expect(shown()).toEqual([]);
  add(null, question('q2'), answer('a2'));
  library.conversations.rename(second, 'The kettle');
  expect(library.readProject(project).conversations).toMatchObject([
    { id: second, name: 'The kettle', messages: 2 },
    { id: first, name: 'q1?', messages: 2 },
  ]);
  const putBack = library.conversations.remove(project, first);
  expect(library.readProject(project).conversations.map(({ id }) => id)).toEqual([second]);
  expect(library.conversations.draft(first).text).toBe('');
  putBack();
  library.conversations.show(project, first);
  expect(shown()).toEqual(['q1', 'a1']);
  expect(library.conversations.draft(first).text).toBe('and then');

  const untouched = library.conversations.create(project);
  library.conversations.show(project, untouched);
  library.conversations.show(project, second);
  expect(library.readProject(project).conversations.map(({ id }) => id)).toEqual([second, first]);
});

describe('an answer that was in progress when the app was killed', () => {
  it('is marked as stopped and keeps its words', () => {
    add(null, question('q1'), answer('a1', 'streaming', 'A red'));
    library.settleInterrupted();
    expect(library.messages(project).at(-1)).toMatchObject({ text: 'A red', status: 'stopped' });
  });

  it('is discarded if it has no words and its question has an earlier one; a question is always kept', () => {
    add(null, question('q1'), answer('a1'));
    add('q1', answer('a1b', 'streaming', ''));
    library.settleInterrupted();
    expect(shown()).toEqual(['q1', 'a1']);
    library.conversations.setDraft(talk(), { text: 'q1b?', editing: { id: 'q1', draft: 'before' } });
    add(null, question('q1b'), answer('a1c', 'streaming', ''));
    library.settleInterrupted();
    expect(shown()).toEqual(['q1b', 'a1c']);
    expect(library.conversations.draft(talk())).toEqual({ text: 'before', editing: null });
    library.conversations.showMessage(project, 'q1');
    expect(shown()).toEqual(['q1', 'a1']);
  });

  it('stays if it is the only one', () => {
    add(null, question('q1'), answer('a1', 'streaming', ''));
    library.settleInterrupted();
    expect(library.messages(project).at(-1)).toMatchObject({ text: '', status: 'stopped' });
  });
});

it('brings the conversation and the draft of an earlier library along, in their order', () => {
  const file = join(dir, 'old.sqlite');
  const old = new Database(file);
  for (const step of MIGRATIONS.slice(0, 6)) old.exec(step);
  old.exec(`PRAGMA user_version = 6;
    INSERT INTO project (id, name, createdAt, updatedAt) VALUES ('p', 'Old', 1, 2), ('empty', 'Empty', 1, 1);
    INSERT INTO setting (key, value) VALUES ('draft-p', '{"text":"not yet","editing":null}');`);
  for (const [k, id] of ['q1', 'a1', 'q2', 'a2'].entries())
    old.run(
      'INSERT INTO message (id, project, position, body) VALUES (?, ?, ?, ?)',
      id,
      'p',
      k,
      JSON.stringify(id.startsWith('q') ? question(id) : answer(id)),
    );
  old.close();
  const { library: now, recovered } = Library.open(file);
  expect(recovered).toBeNull();
  const { messages, conversation, conversations } = now.readProject('p');
  expect(messages.map(({ id }) => id)).toEqual(['q1', 'a1', 'q2', 'a2']);
  expect(conversations).toMatchObject([{ name: 'q1?', messages: 4 }]);
  expect(now.conversations.draft(conversation).text).toBe('not yet');
  expect(now.readProject('empty').messages).toEqual([]);
  now.close();
});

it('every tree of turns, even a damaged one, is shown as branches that lose nothing', () => {
  const trees = fc.array(fc.nat(), { maxLength: 30 }).map((parents) =>
    parents.map((parent, k): TurnRow => {
      const at = parent % (k + 3);
      return { id: `m${k}`, parent: at >= k ? (at === k ? null : 'lost') : `m${at}` };
    }),
  );
  fc.assert(
    fc.property(trees, (turns) => {
      for (const { id } of turns) {
        const branch = branchOf(turns, endOf(turns, id));
        expect(branch.map((turn) => turn.id)).toContain(id);
        const versions = versionsIn(turns, branch);
        for (const turn of branch) {
          const siblings = siblingsOf(turns, turn.id);
          expect(versions[turn.id]?.of ?? 1).toBe(siblings.length);
          expect(siblings[(versions[turn.id]?.at ?? 1) - 1]).toEqual(turn);
        }
      }
    }),
    { numRuns: 200 },
  );
});
