// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { previewState } from './use-preview';

const start = { way: 'original', phase: 'playing', failed: null, progress: null, error: null } as const;

it('tries the file, then another container, then a small copy, then nothing', () => {
  let state = previewState(start, { type: 'ask', failed: 'original' });
  expect(state).toMatchObject({ phase: 'asking', failed: 'original' });
  state = previewState(state, { type: 'progress', progress: { step: 'preview', done: 1, total: 2 } });
  state = previewState(state, { type: 'made', way: 'repackaged' });
  expect(state).toMatchObject({ phase: 'playing', way: 'repackaged', progress: null });
  state = previewState(state, { type: 'ask', failed: 'repackaged' });
  state = previewState(state, { type: 'made', way: 'low' });
  expect(previewState(state, { type: 'ask', failed: 'low' })).toMatchObject({ phase: 'over' });
});
