// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, it, vi } from 'vitest';
import type { Message } from '../../contract';
import { ask, editQuestion, stopAnswer, withAnswer } from './asking';
import { leaveEditing } from './project';
import { get, NO_PROJECT, set } from './store';

const q = (id: string): Message => ({ id, role: 'user', createdAt: 0, text: '?', placement: 'front', parts: [] });
const a = (id: string): Message => ({
  id,
  role: 'assistant',
  createdAt: 0,
  text: '',
  status: 'streaming',
  error: null,
  receipt: null,
});
const ids = (messages: Message[]) => messages.map((m) => m.id).join(' ');

it('appends a new question and its answer', () => {
  expect(ids(withAnswer([q('q1'), a('a1')], q('q2'), a('a2'), null))).toBe('q1 a1 q2 a2');
});

it('shows a new version of an answer or of a question in the place of the old one', () => {
  const messages = [q('q1'), a('a1'), q('q2'), a('a2')];
  expect(ids(withAnswer(messages, q('q2'), a('a3'), null))).toBe('q1 a1 q2 a3');
  expect(ids(withAnswer(messages, q('q3'), a('a3'), 'q1'))).toBe('q3 a3');
});

const written = (id: string, text: string): Message => ({ ...q(id), text });
afterEach(() => vi.unstubAllGlobals());

it('an edited question changes nothing until it is accepted, and what was being written comes back', async () => {
  const refused = { ok: false, error: { code: 'prompt-mismatch', message: 'Too few pictures.', advice: '' } };
  let accept = false;
  let fails = false;
  const asked = vi.fn((_request: unknown, listen: (event: unknown) => void) => {
    if (accept)
      queueMicrotask(() =>
        listen({
          type: 'started',
          question: written('q9', 'What stands?'),
          answer: a('a9'),
          versions: { q9: { at: 2, of: 2 } },
          conversations: [],
        }),
      );
    if (fails) return { cancel: () => undefined, result: new Promise((done) => setTimeout(() => done(refused))) };
    return {
      cancel: () => undefined,
      result: accept
        ? new Promise((done) => setTimeout(() => done({ ok: true, value: { ...a('a9'), status: 'done' } })))
        : Promise.resolve(refused),
    };
  });
  const saved = () => Promise.resolve({ ok: true, value: undefined });
  vi.stubGlobal('window', { zoetrope: { 'conversation.ask': asked, 'draft.write': saved } });
  set({
    project: { ...NO_PROJECT, messages: [written('q1', 'What moves?'), a('a1'), q('q2'), a('a2')] },
    draft: 'half a thou',
  });
  editQuestion('q1');
  expect(get()).toMatchObject({ draft: 'What moves?', editing: { id: 'q1' } });
  leaveEditing();
  expect(get()).toMatchObject({ draft: 'half a thou', editing: null });

  editQuestion('q2');
  editQuestion('q1');
  set({ draft: 'What stands?' });
  await ask();
  expect(get()).toMatchObject({ draft: 'What stands?', editing: { id: 'q1' }, askError: refused.error });
  expect(ids(get().project.messages)).toBe('q1 a1 q2 a2');

  accept = fails = true;
  await ask();
  expect(get()).toMatchObject({
    draft: 'What stands?',
    editing: { id: 'q1', draft: 'half a thou' },
    askError: refused.error,
  });
  expect(get().project.versions).toEqual({});
  expect(ids(get().project.messages)).toBe('q1 a1 q2 a2');

  fails = false;
  await ask();
  expect(asked).toHaveBeenLastCalledWith(
    expect.objectContaining({ text: 'What stands?', instead: 'q1' }),
    expect.anything(),
  );
  expect(get()).toMatchObject({ draft: 'half a thou', editing: null });
  expect(ids(get().project.messages)).toBe('q9 a9');
  expect(get().project.versions).toEqual({ q9: { at: 2, of: 2 } });
});

it('a question waits for frames that are being taken; stopped, it stays unasked', async () => {
  const asked = vi.fn(() => ({ cancel: () => undefined, result: Promise.resolve({ ok: true, value: a('a1') }) }));
  const saved = () => Promise.resolve({ ok: true, value: undefined });
  vi.stubGlobal('window', { zoetrope: { 'conversation.ask': asked, 'draft.write': saved } });
  const job = { source: 'v', progress: null, cancel: () => undefined };
  set({ project: NO_PROJECT, draft: 'What moves?', editing: null, sampleJob: job });
  const asking = ask();
  await new Promise((done) => setTimeout(done, 20));
  expect([asked.mock.calls.length, get().live !== null]).toEqual([0, true]);
  set({ sampleJob: null });
  await asking;
  expect([asked.mock.calls.length, get().live]).toEqual([1, null]);

  set({ draft: 'And now?', sampleJob: job });
  const stopped = ask();
  stopAnswer();
  await stopped;
  expect([asked.mock.calls.length, get().live, get().draft, get().askError]).toEqual([1, null, 'And now?', null]);
  set({ sampleJob: null });
});
