// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TextPacer } from './text-pacer';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

it('says the first word at once, the others a few at a time, and loses none', () => {
  const said: string[] = [];
  const pacer = new TextPacer((text) => said.push(text));
  for (let i = 0; i < 100; i++) {
    pacer.add(`${i} `);
    vi.advanceTimersByTime(2);
  }
  pacer.flush();
  pacer.flush();
  expect(said[0]).toBe('0 ');
  expect(said.length).toBeLessThan(10);
  expect(said.join('')).toBe(Array.from({ length: 100 }, (_, i) => `${i} `).join(''));
});
