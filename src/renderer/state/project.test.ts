import { expect, it } from 'vitest';
import type { Item, Source } from '../../contract';
import { isEmpty } from './project';
import { NO_PROJECT } from './store';

it('a project with pictures in its tray is not empty, whatever became of their file', () => {
  expect(isEmpty(NO_PROJECT)).toBe(true);
  expect(isEmpty({ ...NO_PROJECT, tray: [{} as Item] })).toBe(false);
  expect(isEmpty({ ...NO_PROJECT, sources: [{} as Source] })).toBe(false);
});
