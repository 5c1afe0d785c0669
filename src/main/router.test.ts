// SPDX-License-Identifier: Apache-2.0
import { beforeEach, expect, it, vi } from 'vitest';
import { api, callOf, namesFrom, type CallName, type MainHandlers } from '../contract';
import type { EngineSupervisor } from './engine-supervisor';
import { serve } from './router';

type Answer = (event: unknown, raw: unknown) => Promise<{ ok: boolean; value?: unknown; error?: { code: string } }>;
const electron = vi.hoisted(() => ({ answers: new Map<string, Answer>(), streams: new Set<string>() }));
vi.mock('electron', () => ({
  app: {
    isPackaged: true,
    getPath: () => {
      throw new Error('there is no log here');
    },
  },
  session: {},
  ipcMain: {
    handle: (name: string, answer: Answer) => electron.answers.set(name, answer),
    removeHandler: (name: string) => electron.answers.delete(name),
    on: (name: string) => electron.streams.add(name),
    removeAllListeners: (name: string) => electron.streams.delete(name),
  },
}));

const mainFrame = { url: 'zoetrope://app/index.html' };
const contents = { mainFrame };
const event = { sender: contents, senderFrame: mainFrame };
const asked: unknown[][] = [];
const engine = {
  call: (...call: unknown[]) => {
    asked.push(call.slice(0, 2));
    return Promise.resolve({ id: 'i', ...item, path: '/home/me' });
  },
};
const item = {
  origin: { kind: 'photo', source: { id: 'p', name: 'p.png', path: '/home/me/p.png' } },
  picture: { sha256: '0'.repeat(64), width: 1, height: 1 },
};
const file = { ref: { id: 'p', name: 'p.png' }, path: '/home/me/p.png', subtitles: [] };

let stop: () => void;
beforeEach(() => {
  asked.length = 0;
  stop = serve(['window'], {
    handlers: { 'scene.addFiles': () => 'no' } as unknown as MainHandlers,
    page: () => contents as never,
    engine: engine as unknown as EngineSupervisor,
    fileOf: () => file,
  });
});

it('answers the calls of its callers and no others', () => {
  const known = [...electron.answers.keys(), ...[...electron.streams].map((name) => name.replace('stream:', ''))];
  expect(known.sort()).toEqual([...namesFrom('window')].sort());
  stop();
  expect([electron.answers.size, electron.streams.size]).toEqual([0, 0]);
});

it('puts the file in the place of the source for the engine, and takes no path back to the window', async () => {
  const reply = await electron.answers.get('photo.item')!(event, { source: 'p', transparency: 'white' });
  expect(asked).toEqual([['photo.item', { source: file, transparency: 'white' }]]);
  expect(reply).toMatchObject({ ok: true, value: { id: 'i' } });
  expect(JSON.stringify(reply)).not.toContain('/home');
});

it.each([
  ['a request that does not fit', 'photo.item', event, { source: '../etc', transparency: 'white' }],
  ['an answer that does not fit', 'scene.addFiles', event, { source: 'p' }],
  ['another page of the window', 'photo.item', { ...event, senderFrame: { url: 'data:' } }, { source: 'p' }],
  ['another window', 'photo.item', { ...event, sender: { mainFrame } }, { source: 'p' }],
])('refuses %s', async (_what, name, from, request) => {
  expect(await electron.answers.get(name)!(from, request)).toMatchObject({ ok: false, error: { code: 'bad-request' } });
  expect(asked).toEqual([]);
});

it('a page never names a path, nor makes a call that only the main process makes', () => {
  const pages = namesFrom('window', 'start', 'scene', 'capture');
  const own = (Object.keys(api) as CallName[]).filter((name) => ['main', 'preload'].includes(callOf(name).from ?? ''));
  expect(own).toEqual(expect.arrayContaining(['source.add', 'ask', 'measure', 'model.load', 'file.inspect']));
  expect(pages.filter((name) => own.includes(name))).toEqual([]);
});
