// SPDX-License-Identifier: Apache-2.0
import type { BrowserWindow, MessageBoxOptions } from 'electron';
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchPage } from './page-watch';

interface Question extends MessageBoxOptions {
  answer(response: number): void;
}
let questions: Question[];
let quits: number;
vi.mock('electron', () => ({
  app: {
    getPath: () => {
      throw new Error('there is no log here');
    },
    quit: () => (quits += 1),
  },
  dialog: {
    showMessageBox: (_window: unknown, options: MessageBoxOptions) =>
      new Promise((resolve) => {
        const answer = (response: number) => resolve({ response, checkboxChecked: false });
        questions.push({ ...options, answer });
        options.signal?.addEventListener('abort', () => answer(options.cancelId!));
      }),
  },
}));

/** A fake page that emits Electron's events. */
class Page extends EventEmitter {
  reloads = 0;
  reload(): void {
    this.reloads += 1;
  }
  forcefullyCrashRenderer(): void {
    this.gone('crashed');
  }
  gone(reason: string): void {
    this.emit('render-process-gone', {}, { reason });
  }
}

let page: Page;
let opened: () => void;
let reloads: boolean[];
let troubles: string[];
beforeEach(() => {
  vi.useFakeTimers();
  questions = [];
  quits = 0;
  reloads = [];
  troubles = [];
  page = new Page();
  opened = watchPage({ webContents: page } as unknown as BrowserWindow, {
    language: () => 'en',
    onTrouble: ({ template }) => troubles.push(template),
    onReload: (soon) => reloads.push(soon),
  });
});
afterEach(() => void vi.useRealTimers());

it('a page that ends is loaded again; the user is asked before the third time within a minute', async () => {
  page.gone('crashed');
  page.gone('oom');
  expect(page.reloads).toBe(2);
  page.gone('crashed');
  expect(page.reloads).toBe(2);
  expect(questions).toMatchObject([{ message: 'The window keeps stopping.', buttons: ['Open once more', 'Quit'] }]);
  questions[0]!.answer(0);
  await vi.advanceTimersByTimeAsync(0);
  expect(page.reloads).toBe(3);
  expect(troubles).toHaveLength(3);
  for (let n = 0; n < 3; n++) page.gone('crashed');
  questions[1]!.answer(1);
  await vi.advanceTimersByTimeAsync(0);
  expect([page.reloads, quits]).toEqual([5, 1]);
});

it('one that ends now and then is loaded again each time, and closing it is no trouble', async () => {
  for (let n = 0; n < 20; n++) {
    await vi.advanceTimersByTimeAsync(40_000);
    page.gone('crashed');
  }
  page.gone('clean-exit');
  expect([page.reloads, questions.length]).toEqual([20, 0]);
});

it('what was put on the stage within the last minute is taken for the cause', async () => {
  await vi.advanceTimersByTimeAsync(120_000);
  page.gone('crashed');
  await vi.advanceTimersByTimeAsync(120_000);
  opened();
  page.gone('crashed');
  expect(reloads).toEqual([false, true]);
});

it('one that hangs is loaded again when the user says so, or after two minutes; not when it answers again', async () => {
  page.emit('unresponsive');
  page.emit('unresponsive');
  expect(questions).toMatchObject([{ message: 'The window does not answer.', buttons: ['Wait', 'Reload'] }]);
  page.emit('responsive');
  await vi.advanceTimersByTimeAsync(600_000);
  expect(page.reloads).toBe(0);
  page.emit('unresponsive');
  questions[1]!.answer(0);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(page.reloads).toBe(0);
  page.emit('unresponsive');
  questions[2]!.answer(1);
  await vi.advanceTimersByTimeAsync(0);
  expect(page.reloads).toBe(1);
  page.emit('unresponsive');
  await vi.advanceTimersByTimeAsync(120_000);
  expect([page.reloads, questions.length]).toEqual([2, 4]);
});
