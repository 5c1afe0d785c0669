// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, it, vi } from 'vitest';
import type { Item, Source } from '../../contract';
import { notify } from './notices';
import { isEmpty, receiveProject, setDraft } from './project';
import { get, NO_PROJECT, set } from './store';
import { recordRemoval } from './undo';

it('a project with pictures in its tray is not empty, whatever became of their file', () => {
  expect(isEmpty(NO_PROJECT)).toBe(true);
  expect(isEmpty({ ...NO_PROJECT, tray: [{} as Item] })).toBe(false);
  expect(isEmpty({ ...NO_PROJECT, sources: [{} as Source] })).toBe(false);
});

afterEach(() => vi.unstubAllGlobals());

it('another project brings its draft, and leaves the notices and offers of this one', async () => {
  const saved = vi.fn(() => Promise.resolve({ ok: true, value: undefined }));
  const draft = { text: 'What', editing: { id: 'q1', draft: 'else' } };
  vi.stubGlobal('window', {
    zoetrope: { 'draft.write': saved, 'draft.read': () => Promise.resolve({ ok: true, value: draft }) },
  });
  const said = (message: string) => ({ code: 'internal', message, advice: '' }) as const;
  set({ toasts: [] });
  notify(said('broken.mp4 is empty'));
  notify(said('The engine was started again'), 'info', true);
  recordRemoval({ of: 'source', name: 'clip.mp4' }, 'e');
  setDraft('half a thou');
  receiveProject({ ...NO_PROJECT, id: 'other', conversation: 'o1' });
  expect(saved).toHaveBeenCalledExactlyOnceWith({
    conversation: 'none',
    draft: { text: 'half a thou', editing: null },
  });
  await vi.waitFor(() =>
    expect(get()).toMatchObject({
      draft: 'What',
      editing: { id: 'q1', draft: 'else' },
      past: [],
      toasts: [{ app: true }],
    }),
  );
});
