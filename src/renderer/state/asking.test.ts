import { expect, it } from 'vitest';
import type { Message } from '../../contract';
import { withAnswer } from './asking';

const q = (id: string): Message => ({ id, role: 'user', createdAt: 0, text: '?', placement: 'front', parts: [] });
const a = (id: string): Message => ({
  id, role: 'assistant', createdAt: 0, text: '', status: 'streaming', error: null, receipt: null,
});
const ids = (messages: Message[]) => messages.map((m) => m.id).join(' ');

it('appends a new question and its answer', () => {
  expect(ids(withAnswer([q('q1'), a('a1')], q('q2'), a('a2')))).toBe('q1 a1 q2 a2');
});

it('puts a new answer in the place of the old one', () => {
  expect(ids(withAnswer([q('q1'), a('a1'), q('q2'), a('a2')], q('q2'), a('a3')))).toBe('q1 a1 q2 a3');
});
