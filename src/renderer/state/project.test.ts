// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, it, vi } from 'vitest';
import type { Item, Source } from '../../contract';
import { make } from './history';
import { notify, offerBack } from './notices';
import { isEmpty, putBack, receiveProject, redo, setDraft, undo } from './project';
import { get, NO_PROJECT, set } from './store';

it('a project with pictures in its tray is not empty, whatever became of their file', () => {
  expect(isEmpty(NO_PROJECT)).toBe(true);
  expect(isEmpty({ ...NO_PROJECT, tray: [{} as Item] })).toBe(false);
  expect(isEmpty({ ...NO_PROJECT, sources: [{} as Source] })).toBe(false);
});

afterEach(() => vi.unstubAllGlobals());

const removalOnTop = (): boolean => get().past.at(-1)?.kind === 'removal';

it('a removal is what undoing undoes, once what was changed since is undone', () => {
  vi.stubGlobal('window', { zoetrope: { 'tray.set': () => Promise.resolve({ ok: true, value: undefined }) } });
  expect(removalOnTop()).toBe(false);
  offerBack({ of: 'source', name: 'clip.mp4' });
  expect(removalOnTop()).toBe(true);
  make({ tray: [] });
  expect(removalOnTop()).toBe(false);
  undo();
  expect(removalOnTop()).toBe(true);
  set({ toasts: [] }); // the notice has had its time
  expect(removalOnTop()).toBe(true);
});

it('messages that were put back can change places again', async () => {
  const back = vi.fn(() => Promise.resolve({ ok: true, value: NO_PROJECT }));
  vi.stubGlobal('window', { zoetrope: { 'project.putBack': back } });
  set({ project: NO_PROJECT, future: [] });
  offerBack({ of: 'chat' });
  await putBack();
  redo();
  expect(back).toHaveBeenCalledTimes(1);
  offerBack({ of: 'messages', count: 4 });
  await putBack();
  expect(removalOnTop()).toBe(false);
  redo();
  expect(back).toHaveBeenCalledTimes(3);
  expect(get().past).toEqual([{ kind: 'removal', what: { of: 'messages', count: 4 } }]);
});

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
  offerBack({ of: 'source', name: 'clip.mp4' });
  setDraft('half a thou');
  receiveProject({ ...NO_PROJECT, id: 'other' });
  expect(saved).toHaveBeenCalledExactlyOnceWith({ project: 'none', draft: { text: 'half a thou', editing: null } });
  await vi.waitFor(() =>
    expect(get()).toMatchObject({
      draft: 'What',
      editing: { id: 'q1', draft: 'else' },
      past: [],
      toasts: [{ app: true }],
    }),
  );
});
