// SPDX-License-Identifier: Apache-2.0
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ModelFolders } from '../../model';
import { HUB_TOKEN, Keys } from '../keys';
import { hubCalls } from './hub';

vi.mock('electron', () => ({ safeStorage: { isEncryptionAvailable: () => false } })); // a system without a keychain
vi.mock('../log', () => ({ log: () => undefined }));
vi.mock('../system-proxy', () => ({ systemProxy: async () => 'http://proxy:3128' }));

const before = process.env['HF_ENDPOINT'];
const saved = new Map<string, string | null>();
const asked: unknown[] = [];
let answer = false;
let questions: string[] = [];
const keys = new Keys(join(tmpdir(), 'zoetrope-no-folder')); // nothing is written without a keychain
const notAskedFor = () => Promise.reject(new Error('not asked for'));
const calls = () =>
  hubCalls(
    { status: { state: 'starting' }, call: (async (...call: unknown[]) => void asked.push(call)) as never },
    { choose: notAskedFor, leave: notAskedFor, load: notAskedFor },
    new ModelFolders(join(tmpdir(), 'zoetrope-no-folder', 'models.json')),
    { get: (key) => saved.get(key) ?? null, set: (key, value) => void saved.set(key, value) },
    keys,
    {
      mayDownload: async (host) => {
        questions.push(host);
        return answer;
      },
      folder: notAskedFor,
    },
    () => undefined,
  );
const get = (repo = 'lab/tiny-model') => calls()['hub.get']({ repo }, () => undefined, new AbortController().signal);

beforeEach(() => {
  process.env['HF_ENDPOINT'] = 'https://hub.example';
  saved.clear();
  keys.set(HUB_TOKEN, '');
  asked.length = 0;
  questions = [];
});
afterEach(() => {
  if (before === undefined) delete process.env['HF_ENDPOINT'];
  else process.env['HF_ENDPOINT'] = before;
});

it('a hub is asked for a model only if the user has allowed its host, which is asked once', async () => {
  answer = false;
  await expect(get()).rejects.toMatchObject({ code: 'cancelled' });
  expect(asked).toEqual([]);
  answer = true;
  await get();
  await get();
  expect(questions).toEqual(['hub.example', 'hub.example']);
  expect(asked.map((call) => (call as unknown[]).slice(0, 2))).toEqual(
    Array.from({ length: 2 }, () => ['hub.fetch', { repo: 'lab/tiny-model', proxy: 'http://proxy:3128', token: null }]),
  );
  process.env['HF_ENDPOINT'] = 'https://mirror.example';
  answer = false;
  await expect(get()).rejects.toMatchObject({ code: 'cancelled' });
});

it('a hub on this machine needs no leave; a name that leads elsewhere is refused', async () => {
  process.env['HF_ENDPOINT'] = 'http://127.0.0.1:9';
  await get();
  expect(questions).toEqual([]);
  expect((asked[0] as unknown[]).slice(0, 2)).toEqual([
    'hub.fetch',
    { repo: 'lab/tiny-model', proxy: null, token: null },
  ]);
  await expect(get('lab/../../x')).rejects.toMatchObject({ code: 'bad-request' });
});

it('a token goes to the hub that it was given for only; a page learns that it is there, and no more', async () => {
  answer = true;
  const token = (text?: string) => calls()['hub.token'](text === undefined ? {} : { token: text });
  const sent = async (): Promise<unknown> => {
    await get();
    return ((asked.at(-1) as unknown[])[1] as { token: unknown }).token;
  };
  expect(token()).toMatchObject({ state: 'none' });
  const told = token(' hf_secret\n');
  expect(told).toMatchObject({ state: 'session' });
  expect(JSON.stringify(told)).not.toContain('secret');
  expect(await sent()).toBe('hf_secret');
  for (const other of ['https://mirror.example', 'http://hub.example']) {
    process.env['HF_ENDPOINT'] = other;
    expect([token()['state'], await sent()]).toEqual(['none', null]);
  }
  process.env['HF_ENDPOINT'] = 'https://hub.example/';
  expect(() => token('hf two')).toThrow('not allowed');
  expect(await sent()).toBe('hf_secret');
  expect([token('').state, await sent(), keys.get(HUB_TOKEN)]).toEqual(['none', null, null]);
});
