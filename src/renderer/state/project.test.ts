import { afterEach, expect, it, vi } from 'vitest';
import type { Item, Source } from '../../contract';
import { make } from './made';
import { isEmpty, takenLast } from './project';
import { NO_PROJECT, get, set } from './store';
import { offerBack } from './toasts';

it('a project with pictures in its tray is not empty, whatever became of their file', () => {
  expect(isEmpty(NO_PROJECT)).toBe(true);
  expect(isEmpty({ ...NO_PROJECT, tray: [{} as Item] })).toBe(false);
  expect(isEmpty({ ...NO_PROJECT, sources: [{} as Source] })).toBe(false);
});

afterEach(() => vi.unstubAllGlobals());

it('a removal is what undoing undoes, until something else is changed or the offer is gone', () => {
  vi.stubGlobal('window', { zoetrope: { 'tray.set': () => Promise.resolve({ ok: true, value: undefined }) } });
  expect(takenLast(get())).toBe(false);
  offerBack('clip.mp4');
  expect(takenLast(get())).toBe(true);
  make({ tray: [] });
  expect(takenLast(get())).toBe(false);
  offerBack(null);
  expect(takenLast(get())).toBe(true);
  set({ toasts: [] });
  expect(takenLast(get())).toBe(false);
});
