// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { NO_VIDEO_SETUP, type Item, type Source } from '../../contract';
import { editName } from './edit-name';
import { make, recordMade } from './history';
import { get, NO_PROJECT, set } from './store';
import { recordRemoval, redo, undo, undoRemoval } from './undo';

beforeEach(() => {
  const saved = () => Promise.resolve({ ok: true, value: undefined });
  vi.stubGlobal('window', {
    zoetrope: { 'tray.set': saved, 'scene.setup': saved, 'video.segments': saved, 'video.setup': saved },
  });
  set({ project: NO_PROJECT, past: [], future: [], run: null });
});
afterEach(() => vi.unstubAllGlobals());

const item = (id: string) => ({ id }) as Item;
const tray = (): string =>
  get()
    .project.tray.map(({ id }) => id)
    .join('');
const names = () => get().past.map((edit) => editName(edit).key);

it('goes back and forth', async () => {
  make({ tray: [item('a')] });
  make({ tray: [item('a'), item('b')] });
  await undo();
  expect(tray()).toBe('a');
  await redo();
  expect(tray()).toBe('ab');
});

it('has nothing to undo at the beginning and nothing to redo at the end', async () => {
  await undo();
  await redo();
  expect(tray()).toBe('');
  make({ tray: [item('a')] });
  await redo();
  expect(tray()).toBe('a');
});

it('forgets the undone once something new happens', async () => {
  make({ tray: [item('a')] });
  await undo();
  make({ tray: [item('b')] });
  await redo();
  expect(tray()).toBe('b');
});

it('undoes the steps of one run at once', async () => {
  make({ tray: [item('a')] }, 'nudge');
  make({ tray: [item('b')] }, 'nudge');
  make({ tray: [item('c')] }, 'another');
  await undo();
  expect(tray()).toBe('b');
  await undo();
  expect(tray()).toBe('');
});

it('comes back to the start, whatever was done', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ minLength: 1, maxLength: 1 }), { maxLength: 90 }), async (ids) => {
      set({ project: NO_PROJECT, past: [], future: [], run: null });
      for (const id of ids) make({ tray: [item(id)] });
      while (get().past.length > 0) await undo();
      expect(tray()).toBe('');
      while (get().future.length > 0) await redo();
      expect(tray()).toBe(ids.at(-1) ?? '');
    }),
  );
});

it('keeps removals in their places among the other edits, and can make each again', async () => {
  const reversed: string[] = [];
  vi.stubGlobal('window', {
    zoetrope: {
      'tray.set': () => Promise.resolve({ ok: true, value: undefined }),
      'project.reverse': ({ edit }: { edit: string }) => {
        reversed.push(edit);
        return Promise.resolve({ ok: true, value: get().project });
      },
    },
  });
  make({ tray: [item('a')] });
  recordRemoval({ of: 'source', name: 'old.mp4' }, 'e1');
  make({ tray: [] });
  recordRemoval({ of: 'chat' }, 'e2');
  expect(names()).toEqual(['added', 'source', 'removed', 'chat']);
  while (get().past.length > 0) await undo();
  expect([tray(), reversed]).toEqual(['', ['e2', 'e1']]);
  while (get().future.length > 0) await redo();
  expect(reversed).toEqual(['e2', 'e1', 'e1', 'e2']);
  expect(names()).toEqual(['added', 'source', 'removed', 'chat']);
});

it('forgets a removal that main does not know', async () => {
  const unknown = { ok: false, error: { code: 'internal', message: 'unknown', advice: '' } };
  vi.stubGlobal('window', { zoetrope: { 'project.reverse': () => Promise.resolve(unknown) } });
  recordRemoval({ of: 'chat' }, 'gone');
  await undo();
  expect([get().past, get().future]).toEqual([[], []]);
});

it('names every kind of edit', async () => {
  const [a, b] = [item('a'), item('b')];
  make({ tray: [a, b] });
  make({ tray: [b, a] });
  make({ tray: [a] });
  make({ tray: [b] });
  make({ segments: { clip: [] } });
  make({ setups: { room: { bookmarks: [], measures: [], up: 'z' } } });
  make({ setups: { room: { bookmarks: [], measures: [], up: 'z', units: { file: 'm', shown: 'm' } } } });
  recordMade({ setups: { room: { bookmarks: [], measures: [], parts: { hidden: [], only: null } } } });
  expect(names().slice(0, 7)).toEqual(['added', 'moved', 'removed', 'replaced', 'ranges', 'up', 'units']);
  expect(editName(get().past[0]!)).toEqual({ key: 'added', count: 2 });
  expect(editName({ kind: 'removal', what: { of: 'source', name: 'clip.mp4' }, kept: 'e' })).toEqual({
    key: 'source',
    name: 'clip.mp4',
  });
});

it('undoes only what an edit changed: a source put back since keeps its ranges', async () => {
  const source = (id: string) => ({ id, kind: 'video', name: id, present: true }) as Source;
  const range = { id: 'r', start: 0, end: 10, label: '', chosen: true };
  const full = { ...NO_PROJECT, sources: [source('S')], segments: { S: [range] } };
  const saved = vi.fn(() => Promise.resolve({ ok: true, value: undefined }));
  vi.stubGlobal('window', {
    zoetrope: {
      'tray.set': saved,
      'video.segments': saved,
      'project.reverse': () => Promise.resolve({ ok: true, value: { ...full, tray: [item('a')] } }),
    },
  });
  set({ project: { ...full, sources: [], segments: {} } });
  recordRemoval({ of: 'source', name: 'S' }, 'e');
  make({ tray: [item('a')] });
  await vi.waitFor(() => expect(get().madeSaves).toBe(0));
  await undoRemoval('e');
  await undo();
  expect([tray(), get().project.segments]).toEqual(['', { S: [range] }]);
  await redo();
  expect([tray(), get().project.segments]).toEqual(['a', { S: [range] }]);
  expect(saved).not.toHaveBeenCalledWith(expect.objectContaining({ segments: [] }));
});

it('names a change of ranges by that, though their frames are named anew along with it', async () => {
  make({ tray: [item('a')] });
  make({ tray: [{ ...item('a') }], segments: { clip: [] } });
  make({ videoSetups: { clip: { ...NO_VIDEO_SETUP, compare: { with: 'b', offset: 0, arrange: 'alternate' } } } });
  expect(names()).toEqual(['added', 'ranges', 'compare']);
});
