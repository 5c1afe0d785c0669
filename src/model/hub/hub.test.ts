// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Progress } from '../../contract';
import { Secret } from '../../network';
import { HubCache } from './cache';
import { download } from './download';
import { filesOf, getModel } from './get';
import { Hub } from './hub';
import { retryAfter } from '../../network';
import { checkPath, checkRepo } from './repo';
import { REPO, startHub, type TestHub } from './test-hub';

const starter = join(import.meta.dirname, '../../../models/starter');
const settings = Object.fromEntries(
  ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'preprocessor_config.json', 'generation_config.json']
    .filter((name) => existsSync(join(starter, name)))
    .map((name) => [name, readFileSync(join(starter, name))]),
);
const WEIGHTS = 'model.safetensors';
/** No host of a test is slow by itself. */
const PAUSES = Array.from({ length: 5 }, () => 1);

let folder: string;
let cache: HubCache;
let server: TestHub;
let hub: Hub;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'zoetrope-hub-'));
  cache = new HubCache(folder);
  server = await startHub({ ...settings, [WEIGHTS]: randomBytes(700_000), 'pytorch_model.bin': Buffer.from('pickle') });
  hub = new Hub({ endpoint: server.url, patience: 300 });
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const weightsOf = async () => {
  const facts = await hub.facts(REPO);
  return { facts, file: facts.files.find(({ path }) => path === WEIGHTS)! };
};
/** Whether a file has the right bytes. (A matcher compares them one by one, which takes seconds.) */
const isWhole = (path: string, name = WEIGHTS): boolean => readFileSync(path).equals(server.files[name]!);
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: { code?: unknown }) => error.code,
  );

describe('a model of the hub', () => {
  it('is downloaded into the layout that Python shares: what it needs and no pickle, with its hash and its commit', async () => {
    const progress: Progress[] = [];
    const sizes: number[] = [];
    const { folder: model } = await getModel(hub, cache, REPO, {
      onProgress: (p) => progress.push(p),
      onFacts: (_facts, bytes) => sizes.push(bytes),
    });
    expect(model).toBe(join(folder, 'models--lab--tiny-model/snapshots', server.commit));
    expect(readdirSync(model).sort()).toEqual([...Object.keys(settings), WEIGHTS].sort());
    for (const name of readdirSync(model)) expect(isWhole(join(model, name), name)).toBe(true);
    expect(lstatSync(join(model, WEIGHTS)).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'models--lab--tiny-model/refs/main'), 'utf8')).toBe(server.commit);
    expect(sizes).toEqual([700_000]);
    expect(progress.at(-1)).toMatchObject({ done: progress.at(-1)!.total, step: 'download' });
    expect(await cache.list()).toMatchObject([{ repo: REPO, commit: server.commit, folder: model }]);

    const before = server.asked.length;
    await getModel(hub, cache, REPO); // it is there already
    expect(server.asked).toHaveLength(before);
    expect(await cache.remove(REPO)).toBeGreaterThan(700_000);
    expect(await cache.list()).toEqual([]);
  });

  it('of another kind is refused before its weights are fetched; one without weights says what would do', async () => {
    server.files['config.json'] = Buffer.from('{"model_type": "bert"}');
    expect(await codeOf(getModel(hub, cache, REPO))).toBe('model-unsupported');
    expect(server.asked.some(({ path }) => path === WEIGHTS)).toBe(false);
    const facts = await hub.facts(REPO);
    expect(() => filesOf({ ...facts, files: facts.files.filter(({ path }) => path !== WEIGHTS) })).toThrow('no model');
  });

  it('is not asked for with a token at the host that has its files', async () => {
    server.token = 'hf_very_secret';
    expect(await codeOf(hub.facts(REPO))).toBe('model-missing'); // as the hub answers whoever it does not know
    expect(await codeOf(new Hub({ endpoint: server.url, token: new Secret('hf_other') }).facts(REPO))).toBe(
      'server-denied',
    );
    await getModel(new Hub({ endpoint: server.url, token: new Secret('hf_very_secret') }), cache, REPO);
    const at = (host: string) =>
      new Set(server.asked.filter((one) => one.host === host).map((one) => one.authorization));
    expect(at('hub')).toEqual(new Set(['Bearer hf_very_secret']));
    expect(at('store')).toEqual(new Set([undefined]));
  });
});

describe('a download', () => {
  it('survives two hundred cuts at random places, and fetches no byte twice', async () => {
    const { facts, file } = await weightsOf();
    let cuts = 0;
    let arrived = 0;
    server.trouble = (response, request, bytes) => {
      if (cuts >= 200) return false;
      cuts += 1;
      const from = Number(/=(\d+)/.exec(request.headers.range ?? '=0')![1]);
      const rest = bytes.subarray(from, from + Math.floor(Math.random() * 5000));
      response.writeHead(206, {
        'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
        'content-length': bytes.length - from,
      });
      response.write(rest, () => setTimeout(() => response.destroy(), 1));
      return true;
    };
    await download(hub, cache, facts, file, {
      pauses: Array.from({ length: 50 }, () => 1),
      onBytes: (n) => (arrived += n),
    });
    expect(cuts).toBe(200);
    expect(isWhole(cache.blob(facts, file))).toBe(true);
    expect(arrived).toBe(file.size);
    // What was asked for continues exactly where the bytes before ended.
    const starts = server.asked.map(({ from }) => from);
    expect([...starts].sort((a, b) => a - b)).toEqual(starts);
  });

  it('goes on where it was cancelled, also after its process was killed', async () => {
    const { facts, file } = await weightsOf();
    const stop = new AbortController();
    server.trouble = (response, _request, bytes) => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 300_000));
      return true;
    };
    const ended = download(hub, cache, facts, file, {
      signal: stop.signal,
      onBytes: (n) => n > 0 && setTimeout(() => stop.abort(), 50),
    });
    expect(await codeOf(ended)).toBe('cancelled');
    expect(existsSync(cache.blob(facts, file))).toBe(false);
    const part = cache.part(facts, file);
    writeFileSync(`${part}.lock`, '999999999'); // as a process leaves it that was killed
    server.trouble = undefined;
    await download(hub, cache, facts, file);
    expect(server.asked.at(-1)!.from).toBe(300_000);
    expect(isWhole(cache.blob(facts, file))).toBe(true);
    expect(readdirSync(join(part, '..')).filter((name) => /incomplete|lock/.test(name))).toEqual([]);
  });

  const troubles: [string, NonNullable<TestHub['trouble']>, string][] = [
    [
      'other bytes',
      (response, _r, bytes) => Boolean(response.writeHead(200).end(Buffer.alloc(bytes.length, 7))),
      'download-broken',
    ],
    [
      'too many bytes',
      (response, _r, bytes) => Boolean(response.writeHead(200).end(Buffer.concat([bytes, bytes]))),
      'download-broken',
    ],
    ['nothing at all', (response) => Boolean(response.writeHead(200)), 'server-unreachable'],
    ['an ending too early', (response) => Boolean(response.writeHead(200).end()), 'server-unreachable'],
    ['an error of the host', (response) => Boolean(response.writeHead(500).end()), 'server-unreachable'],
    ['too much to do', (response) => Boolean(response.writeHead(429).end()), 'server-busy'],
    ['a link that has expired', (response) => Boolean(response.writeHead(403).end()), 'server-unreachable'],
  ];
  it.each(troubles)('that meets %s is refused by its kind, and the next one succeeds', async (_name, trouble, code) => {
    const { facts, file } = await weightsOf();
    server.trouble = trouble;
    expect(await codeOf(download(hub, cache, facts, file, { pauses: PAUSES.slice(0, 1) }))).toBe(code);
    expect(existsSync(cache.blob(facts, file))).toBe(false);
    server.trouble = undefined;
    await download(hub, cache, facts, file);
    expect(isWhole(cache.blob(facts, file))).toBe(true);
  });

  it('waits as long as a busy host asks, not longer than some minutes, and can be cancelled meanwhile', async () => {
    const { facts, file } = await weightsOf();
    const refuse = (after: string, times: number): void => {
      server.trouble = (response) => times-- > 0 && Boolean(response.writeHead(429, { 'retry-after': after }).end());
    };
    refuse('100', 1);
    const stop = new AbortController();
    const cancelling = codeOf(download(hub, cache, facts, file, { signal: stop.signal, pauses: PAUSES }));
    await expect.poll(() => server.asked.length).toBe(1);
    setTimeout(() => stop.abort(), 30);
    expect(await cancelling).toBe('cancelled');
    refuse('100000', 1);
    expect(await codeOf(download(hub, cache, facts, file, { pauses: PAUSES }))).toBe('server-busy');
    refuse('1', 1);
    const began = performance.now();
    await download(hub, cache, facts, file, { pauses: PAUSES });
    expect(performance.now() - began).toBeGreaterThan(990);

    const now = Date.parse('2026-01-01T00:00:00Z');
    const asked = ['120', 'Thu, 01 Jan 2026 00:01:00 GMT', 'Wed, 31 Dec 2025 23:00:00 GMT', '-5', 'soon', undefined];
    expect(asked.map((text) => retryAfter(text, now))).toEqual([120_000, 60_000, 0, undefined, undefined, undefined]);
  });

  it('begins anew where the host ignores ranges, or where earlier bytes were damaged', async () => {
    const { facts, file } = await weightsOf();
    const part = cache.part(facts, file);
    mkdirSync(join(part, '..'), { recursive: true });
    writeFileSync(part, randomBytes(1000));
    await download(hub, cache, facts, file);
    expect(isWhole(cache.blob(facts, file))).toBe(true);
    rmSync(cache.blob(facts, file));
    writeFileSync(part, server.files[WEIGHTS]!.subarray(0, 1000));
    server.trouble = (response, _request, bytes) => Boolean(response.writeHead(200).end(bytes));
    await download(hub, cache, facts, file);
    expect(isWhole(cache.blob(facts, file))).toBe(true);
  });
});

describe('the hub', () => {
  it('is searched; what answers in another way is no hub, and what does not answer is unreachable', async () => {
    expect(await hub.search('tiny')).toEqual([{ repo: REPO, downloads: 12, license: 'apache-2.0' }]);
    expect(await codeOf(new Hub({ endpoint: `${server.url}/web` }).search('tiny'))).toBe('model-missing');
    expect(await codeOf(hub.facts('lab/other'))).toBe('model-missing');
    await server.close();
    expect(await codeOf(hub.facts(REPO))).toBe('server-unreachable');
  });

  it('names nothing that leads out of its folder', () => {
    for (const name of ['a', 'a/b/c', '../a', 'a/..', 'a/b--c', '-a/b', 'a/b.', 'a b/c'])
      expect(() => checkRepo(name)).toThrow();
    for (const path of ['../x', 'a/../b', '/a', 'a//b', 'C:x', 'a\\b', '.', ''])
      expect(() => checkPath(path)).toThrow();
    expect([checkRepo('Org/name-1.5_b'), checkPath('onnx/model.onnx')]).toEqual(['Org/name-1.5_b', 'onnx/model.onnx']);
  });
});
