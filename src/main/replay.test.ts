// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import type { LocalReceipt } from '../contract';
import { compareReplay } from './replay';

const given = (text: string, change: { prompt?: string; inputs?: string[]; finish?: LocalReceipt['finish'] } = {}) => {
  const { prompt = 'What moves?', inputs = ['a', 'b'], finish = 'stop' } = change;
  const pictures = inputs.map((sha256) => ({ input: { sha256, width: 96, height: 96 } }));
  return { text, receipt: { prompt, pictures, finish } as LocalReceipt };
};

it('a replay names the first difference: a picture, the prompt or the words', () => {
  const before = given('A ball.');
  expect(compareReplay(before, given('A ball.'))).toEqual({ differs: 'nothing' });
  expect(compareReplay(before, given('A bell.'))).toEqual({ differs: 'words', at: 3 });
  expect(compareReplay(before, given('A ball. It'))).toEqual({ differs: 'words', at: 7 });
  expect(compareReplay(before, given('A bell.', { prompt: 'What moved?' }))).toEqual({ differs: 'prompt', at: 9 });
  expect(compareReplay(before, given('A bell.', { prompt: '', inputs: ['a', 'c'] }))).toEqual({
    ...{ differs: 'picture', at: 1 },
  });
  expect(compareReplay(before, given('A ball.', { inputs: ['a'] }))).toEqual({ differs: 'picture', at: 1 });
});

it('of an answer that was stopped, the words that were written are compared', () => {
  const stopped = given('A ba', { finish: 'cancelled' });
  expect(compareReplay(stopped, given('A ball.'))).toEqual({ differs: 'nothing' });
  expect(compareReplay(stopped, given('A'))).toEqual({ differs: 'words', at: 1 });
});
