// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { hubCalls } from './hub';

vi.mock('../system-proxy', () => ({ systemProxy: async () => 'http://proxy:3128' }));

const before = process.env['HF_ENDPOINT'];
const saved = new Map<string, string | null>();
const asked: unknown[] = [];
let answer = false;
let questions: string[] = [];
const get = (repo = 'lab/tiny-model') =>
  hubCalls(
    { status: { state: 'starting' }, call: (async (...call: unknown[]) => void asked.push(call)) as never },
    { choose: () => Promise.reject(new Error('not asked for')) },
    { get: (key) => saved.get(key) ?? null, set: (key, value) => void saved.set(key, value) },
    async (host) => {
      questions.push(host);
      return answer;
    },
    () => undefined,
  )['hub.get']({ repo }, () => undefined, new AbortController().signal);

beforeEach(() => {
  process.env['HF_ENDPOINT'] = 'https://hub.example';
  saved.clear();
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
    Array.from({ length: 2 }, () => ['hub.fetch', { repo: 'lab/tiny-model', proxy: 'http://proxy:3128' }]),
  );
  process.env['HF_ENDPOINT'] = 'https://mirror.example';
  answer = false;
  await expect(get()).rejects.toMatchObject({ code: 'cancelled' });
});

it('a hub on this machine needs no leave; a name that leads elsewhere is refused', async () => {
  process.env['HF_ENDPOINT'] = 'http://127.0.0.1:9';
  await get();
  expect(questions).toEqual([]);
  expect((asked[0] as unknown[]).slice(0, 2)).toEqual(['hub.fetch', { repo: 'lab/tiny-model', proxy: null }]);
  await expect(get('lab/../../x')).rejects.toMatchObject({ code: 'bad-request' });
});
