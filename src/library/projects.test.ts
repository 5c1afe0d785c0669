// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Item, Message, Project } from '../contract';
import { Library } from '.';

let dir: string;
let library: Library;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'zoetrope-projects-'));
  library = Library.open(join(dir, 'library.sqlite')).library;
});
afterEach(() => {
  library.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A project with a video, a frame of it, a range, and two versions of an answer about it. */
function filled(): string {
  const project = library.projects.create('Kitchen');
  const source = library.addSource(project, join(dir, 'clip.mp4'), 'video', 1);
  const item: Item = {
    id: randomUUID(),
    origin: {
      kind: 'frame',
      source: { id: source, name: 'clip.mp4' },
      index: 3,
      pts: 0.12,
      time: 0.12,
      keyframe: false,
    },
    picture: { sha256: 'a'.repeat(64), width: 640, height: 360 },
  };
  library.setTray(project, [item]);
  library.setRanges(project, source, [{ id: 'r', start: 1, end: 2, label: 'Kick-off', chosen: true }]);
  library.setActiveSource(project, source);
  const question: Message = {
    id: randomUUID(),
    role: 'user',
    createdAt: 1,
    text: 'What\n moves?',
    placement: 'front',
    parts: [{ type: 'image', item }],
  };
  const answer = (text: string): Message => ({
    id: randomUUID(),
    role: 'assistant',
    createdAt: 2,
    text,
    status: 'done',
    error: null,
    receipt: null,
  });
  const talk = library.conversations.current(project);
  library.conversations.add(project, talk, [question, answer('A cup.')], null);
  library.conversations.add(project, talk, [answer('A plate.')], question.id);
  library.conversations.setDraft(talk, { text: 'and then', editing: { id: question.id, draft: '' } });
  return project;
}

/** A project without its ids, which differ in a copy. */
const shape = (project: Project): unknown => {
  const ids = new Map<string, string>();
  const plain = JSON.stringify({ ...project, name: '', conversations: project.conversations.length }).replace(
    /[0-9a-f]{8}-[0-9a-f-]{27}/g,
    (id) => (ids.has(id) ? ids : ids.set(id, `id${ids.size}`)).get(id)!,
  );
  return JSON.parse(plain);
};

it('lists projects with what tells them apart, and archives them', () => {
  const empty = library.projects.create('Empty');
  const project = filled();
  library.projects.rename(project, 'Kitchen at noon');
  library.projects.archive(empty, true);
  expect(
    library.projects
      .list(empty)
      .sort((a, b) => a.name.length - b.name.length)
      .reverse(),
  ).toMatchObject([
    {
      id: project,
      question: 'What moves?',
      picture: { sha256: 'a'.repeat(64) },
      sources: ['video'],
      conversations: 1,
      archived: false,
    },
    { id: empty, question: '', picture: null, sources: [], archived: true },
  ]);
  library.projects.archive(empty, false);
  expect(library.projects.list(empty).map(({ archived }) => archived)).toEqual([false, false]);
  expect(library.projects.list().map(({ id }) => id)).toEqual([project]);
});

it('copies a project with all that it holds, and each is independent of the other', () => {
  const project = filled();
  const copy = library.projects.duplicate(project, 'Kitchen (copy)');
  const [first, second] = [library.readProject(project), library.readProject(copy)];
  expect(second.name).toBe('Kitchen (copy)');
  expect(shape(second)).toEqual(shape(first));
  expect(second.messages.map(({ id }) => id)).not.toEqual(first.messages.map(({ id }) => id));
  expect(library.conversations.draft(second.conversation).editing?.id).toBe(second.messages[0]?.id);
  library.projects.remove(project);
  expect(shape(library.readProject(copy))).toEqual(shape(second));
});

it('restores a deleted project as it was', () => {
  const project = filled();
  const before = library.readProject(project);
  const draft = library.conversations.draft(before.conversation);
  const putBack = library.projects.remove(project);
  expect(library.projects.list()).toEqual([]);
  expect(library.conversations.draft(before.conversation).text).toBe('');
  putBack();
  expect(library.readProject(project)).toEqual(before);
  expect(library.conversations.draft(before.conversation)).toEqual(draft);
});

it('does not keep projects that nothing was done with', () => {
  const [used, untouched, drafted, open] = [filled(), 'New', 'Drafted', 'Open'].map((name, k) =>
    k === 0 ? name : library.projects.create(name),
  );
  library.conversations.setDraft(library.conversations.current(drafted!), { text: 'What', editing: null });
  library.projects.deleteUntouched(open!);
  const ids = library.projects.list(open).map(({ id }) => id);
  expect(ids.sort()).toEqual([used, drafted, open].sort());
  expect(ids).not.toContain(untouched);
});
