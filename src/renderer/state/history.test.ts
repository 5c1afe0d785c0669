// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { NO_VIDEO_SETUP, type Item, type Source } from '../../contract';
import { editName } from './edit-name';
import { make, recordMade } from './history';
import { offerBack } from './notices';
import { putBack, redo, undo } from './project';
import { get, NO_PROJECT, set } from './store';

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

it('goes back and forth', () => {
  make({ tray: [item('a')] });
  make({ tray: [item('a'), item('b')] });
  undo();
  expect(tray()).toBe('a');
  redo();
  expect(tray()).toBe('ab');
});

it('has nothing to undo at the beginning and nothing to redo at the end', () => {
  undo();
  redo();
  expect(tray()).toBe('');
  make({ tray: [item('a')] });
  redo();
  expect(tray()).toBe('a');
});

it('forgets the undone once something new happens', () => {
  make({ tray: [item('a')] });
  undo();
  make({ tray: [item('b')] });
  redo();
  expect(tray()).toBe('b');
});

it('undoes the steps of one run at once', () => {
  make({ tray: [item('a')] }, 'nudge');
  make({ tray: [item('b')] }, 'nudge');
  make({ tray: [item('c')] }, 'another');
  undo();
  expect(tray()).toBe('b');
  undo();
  expect(tray()).toBe('');
});

it('comes back to the start, whatever was done', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1, maxLength: 1 }), { maxLength: 90 }), (ids) => {
      set({ project: NO_PROJECT, past: [], future: [], run: null });
      for (const id of ids) make({ tray: [item(id)] });
      while (get().past.length > 0) undo();
      expect(tray()).toBe('');
      while (get().future.length > 0) redo();
      expect(tray()).toBe(ids.at(-1) ?? '');
    }),
  );
});

it('keeps a removal in its place among the other edits, and only the last one', () => {
  make({ tray: [item('a')] });
  offerBack({ of: 'source', name: 'old.mp4' });
  make({ tray: [] });
  offerBack({ of: 'chat' });
  expect(names()).toEqual(['added', 'removed', 'chat']);
});

it('names every kind of edit', () => {
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
  expect(editName({ kind: 'removal', what: { of: 'messages', count: 4 } })).toEqual({ key: 'messages', count: 4 });
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
      'project.putBack': () => Promise.resolve({ ok: true, value: { ...full, tray: [item('a')] } }),
    },
  });
  set({ project: { ...full, sources: [], segments: {} } });
  offerBack({ of: 'source', name: 'S' });
  make({ tray: [item('a')] });
  await vi.waitFor(() => expect(get().madeSaves).toBe(0));
  await putBack();
  undo();
  expect([tray(), get().project.segments]).toEqual(['', { S: [range] }]);
  redo();
  expect([tray(), get().project.segments]).toEqual(['a', { S: [range] }]);
  expect(saved).not.toHaveBeenCalledWith(expect.objectContaining({ segments: [] }));
});

it('names a change of ranges by that, though their frames are named anew along with it', () => {
  make({ tray: [item('a')] });
  make({ tray: [{ ...item('a') }], segments: { clip: [] } });
  make({ videoSetups: { clip: { ...NO_VIDEO_SETUP, compare: { with: 'b', offset: 0, arrange: 'alternate' } } } });
  expect(names()).toEqual(['added', 'ranges', 'compare']);
});
