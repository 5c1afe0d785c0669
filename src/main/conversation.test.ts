// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cancelled, EXACT, type AnswerEvent } from '../contract';
import { Library } from '../library';
import { Conversation } from './conversation';
import { CurrentProject } from './current-project';
import type { EngineSupervisor } from './engine-supervisor';
import type { Servers } from './servers';

vi.mock('electron', () => ({
  app: {
    getPath: () => {
      throw new Error('there is no log here');
    },
  },
}));

/** A fake engine that the test controls and that reacts late to a cancel. */
class SlowEngine {
  accept: (() => void) | undefined;
  write: ((text: string) => void) | undefined;
  stopped: (() => void) | undefined;
  failed: (() => void) | undefined;

  forget(): void {
    this.accept = undefined;
  }

  call(_name: string, _request: unknown, onEvent?: (event: unknown) => void): Promise<unknown> {
    return new Promise((_resolve, reject) => {
      this.accept = () => onEvent?.({ type: 'accepted', parts: [] });
      this.write = (delta) => onEvent?.({ type: 'text', delta });
      this.stopped = () => reject(cancelled());
      this.failed = () => reject(new Error('it broke'));
    });
  }
}

/** One server, on this machine. */
const servers = {
  get: (id: string) => ({ id, description: null, format: EXACT }),
  access: async () => ({ url: 'http://127.0.0.1:1', key: null, proxy: null }),
} as unknown as Servers;

let dir: string;
let library: Library;
let engine: SlowEngine;
let conversation: Conversation;
let current: CurrentProject;
let project: string;
let events: AnswerEvent[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'zoetrope-conversation-'));
  library = Library.open(join(dir, 'library.sqlite')).library;
  current = new CurrentProject(library, () => 'en');
  project = current.id;
  engine = new SlowEngine();
  conversation = new Conversation(library, engine as unknown as EngineSupervisor, servers, current);
  events = [];
});
afterEach(() => {
  library.close();
  rmSync(dir, { recursive: true, force: true });
});

/** Asks a question. Returns the outcome as the window sees it: the status of the answer, or the code of an error. */
const ask = (signal = new AbortController().signal, instead?: string): Promise<string> =>
  conversation
    .ask({ text: 'What moves?', placement: 'front', instead }, (event) => void events.push(event), signal)
    .then(
      (message) => (message.role === 'assistant' ? message.status : '?'),
      (error: { code: string }) => error.code,
    );
const talk = (): string => library.conversations.current(project);
const texts = (): string[] => library.messages(project).map(({ text }) => text);
const asking = () => expect.poll(() => engine.accept).toBeDefined();

it('leaves nothing of a question that was stopped before it was accepted', async () => {
  const stop = new AbortController();
  const end = ask(stop.signal);
  await asking();
  stop.abort();
  engine.accept?.(); // the event was already being sent
  engine.stopped?.();
  expect(await end).toBe('cancelled');
  expect(texts()).toEqual([]);
  expect(events).toEqual([]);
});

it('saves nothing into a conversation that was cleared while its answer was written', async () => {
  const end = ask();
  await asking();
  engine.accept?.();
  engine.write?.('A red');
  conversation.drop();
  expect(library.messages(project)).toMatchObject([{ text: 'What moves?' }, { text: 'A red', status: 'stopped' }]);
  library.conversations.remove(project, library.conversations.current(project));
  const later = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 10_000);
  engine.write?.(' ball'); // already being sent when the answer was stopped
  later.mockRestore();
  engine.stopped?.();
  expect(await end).toBe('cancelled');
  expect(texts()).toEqual([]);
  expect(events.map(({ type }) => type)).toEqual(['started', 'text']);
});

it('keeps what a stopped answer has said', async () => {
  const end = ask();
  await asking();
  engine.accept?.();
  engine.write?.('A red');
  conversation.stop();
  engine.stopped?.();
  expect(await end).toBe('stopped');
  expect(texts()).toEqual(['What moves?', 'A red']);
});

it('adds a new version of a question once it is accepted, and keeps the old branch', async () => {
  for (const id of ['q1', 'q2', 'q3'])
    library.saveMessage(project, { id, role: 'user', createdAt: 0, text: id, placement: 'front', parts: [] });
  const end = ask(undefined, 'q2');
  await asking();
  expect(texts()).toEqual(['q1', 'q2', 'q3']);
  engine.accept?.();
  expect(texts()).toEqual(['q1', 'What moves?', '']);
  engine.write?.('A ball');
  engine.stopped?.();
  expect(await end).toBe('stopped');
  library.settleInterrupted(); // as the next start does
  expect(texts()).toEqual(['q1', 'What moves?', 'A ball']);
  library.conversations.showMessage(project, 'q2');
  expect(texts()).toEqual(['q1', 'q2', 'q3']);
});

it('answers a question in the middle again, and keeps the first answer with all that followed', async () => {
  for (const id of ['q1', 'a1', 'q2', 'a2'])
    library.saveMessage(
      project,
      id.startsWith('q')
        ? { id, role: 'user', createdAt: 0, text: id, placement: 'front', parts: [] }
        : { id, role: 'assistant', createdAt: 0, text: id, status: 'done', error: null, receipt: null },
    );
  const end = conversation.regenerate({ answer: 'a1', anyway: false }, () => undefined, new AbortController().signal);
  await asking();
  engine.accept?.();
  engine.write?.('A cup');
  engine.stopped?.();
  await end;
  expect(texts()).toEqual(['q1', 'A cup']);
  library.conversations.showMessage(project, 'a1');
  expect(texts()).toEqual(['q1', 'a1', 'q2', 'a2']);
});

describe('a new version without any words leaves nothing behind', () => {
  beforeEach(async () => {
    for (const id of ['q1', 'q2', 'q3'])
      library.saveMessage(project, { id, role: 'user', createdAt: 0, text: id, placement: 'front', parts: [] });
    library.conversations.setDraft(talk(), { text: 'What moves?', editing: { id: 'q2', draft: 'before' } });
  });
  const answering = async (): Promise<void> => {
    void ask(undefined, 'q2');
    await asking();
    engine.accept?.();
  };

  it.each([
    ['it fails', () => engine.failed?.()],
    ['it is stopped before its first word', () => engine.stopped?.()],
    ['the app is closed', () => conversation.drop()],
  ])('when %s', async (_when, happen) => {
    await answering();
    happen();
    await expect.poll(texts).toEqual(['q1', 'q2', 'q3']);
    expect(library.conversations.draft(talk())).toEqual({
      text: 'What moves?',
      editing: { id: 'q2', draft: 'before' },
    });
    library.settleInterrupted();
    expect(texts()).toEqual(['q1', 'q2', 'q3']);
  });

  it('but its question stays when the app is killed', async () => {
    await answering();
    library.settleInterrupted();
    expect(texts()).toEqual(['q1', 'What moves?', '']);
    expect(library.conversations.draft(talk())).toEqual({ text: 'before', editing: null });
    library.conversations.showMessage(project, 'q2');
    expect(texts()).toEqual(['q1', 'q2', 'q3']);
  });

  it('but stays with its first words when the app is killed', async () => {
    await answering();
    const later = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 10_000);
    engine.write?.('A red');
    later.mockRestore();
    library.settleInterrupted();
    expect(texts()).toEqual(['q1', 'What moves?', 'A red']);
    expect(library.conversations.draft(talk())).toEqual({ text: 'before', editing: null });
  });
});

it('forgets a draft once it is asked, unless it was changed since', async () => {
  for (const draft of ['What moves?', 'What else moves?']) {
    library.conversations.setDraft(talk(), { text: draft, editing: null });
    engine.forget();
    const end = ask();
    await asking();
    engine.accept?.();
    engine.stopped?.();
    await end;
  }
  expect(library.conversations.draft(talk()).text).toBe('What else moves?');
});

describe('the answer of another model', () => {
  const other = { server: 's', model: 'qwen3-vl' };
  const compare = (id: string, signal = new AbortController().signal) =>
    conversation.compare({ message: id, model: other, anyway: false }, (event) => void events.push(event), signal);
  const answer = () => {
    const message = library.messages(project).at(-1);
    if (message?.role !== 'assistant') throw new Error('no answer');
    return message;
  };
  const answered = async (): Promise<string> => {
    const end = ask();
    await asking();
    engine.accept!();
    engine.write!('A ball.');
    engine.stopped!();
    await end;
    engine.forget();
    return answer().id;
  };

  it('is written beside the first, is exchanged with it, removed and restored', async () => {
    const id = await answered();
    const end = compare(id);
    await asking();
    engine.accept!();
    engine.write!('A red ball.');
    expect(answer()).toMatchObject({ text: 'A ball.', beside: { status: 'streaming' } });
    engine.stopped!();
    expect(await end).toMatchObject({ text: 'A ball.', beside: { text: 'A red ball.', status: 'stopped' } });
    expect(texts()).toEqual(['What moves?', 'A ball.']);

    expect(conversation.prefer(id)).toMatchObject({ text: 'A red ball.', beside: { text: 'A ball.' } });
    expect(texts()).toEqual(['What moves?', 'A red ball.']);
    const putBack = conversation.dropBeside(id);
    expect(answer().beside).toBeUndefined();
    putBack();
    expect(answer().beside?.text).toBe('A ball.');
  });

  it('keeps its words and its error when it fails, and the first answer', async () => {
    const id = await answered();
    const end = compare(id);
    await asking();
    engine.accept!();
    engine.write!('A re');
    engine.failed!();
    const message = await end;
    expect(message).toMatchObject({ text: 'A ball.', beside: { text: 'A re', status: 'failed' } });
  });

  it('is marked as stopped when the app ended while it was written', async () => {
    const id = await answered();
    void compare(id).catch(() => undefined);
    await asking();
    engine.accept!();
    engine.write!('A re');
    library.settleInterrupted();
    expect(answer().beside?.status).toBe('stopped');
  });
});
