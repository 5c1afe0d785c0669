// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Progress } from '../../contract';
import { discardBegun } from './begun';
import { HubCache } from './cache';
import { getModel } from './get';
import { Hub } from './hub';
import { lookAt } from './look';
import { modelIn } from './models';
import { rangeOf, REPO, startHub, type TestHub } from './test-hub';

const starter = join(import.meta.dirname, '../../../models/starter');
const names = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'preprocessor_config.json'];
const NEW = 'b'.repeat(40);

let folder: string;
let cache: HubCache;
let server: TestHub;
let hub: Hub;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'zoetrope-versions-'));
  cache = new HubCache(folder);
  const settings = names.map((name): [string, Buffer] => [name, readFileSync(join(starter, name))]);
  server = await startHub({ ...Object.fromEntries(settings), 'model.safetensors': randomBytes(100_000) });
  hub = new Hub({ endpoint: server.url });
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

it('one version of a model is removed without what another one uses', async () => {
  const { folder: old, facts } = await getModel(hub, cache, REPO);
  server.commit = NEW;
  server.files['tokenizer_config.json'] = Buffer.concat([server.files['tokenizer_config.json']!, Buffer.from('\n')]);
  const { folder: now } = await getModel(hub, cache, REPO);
  expect(await cache.versions()).toMatchObject([
    { repo: REPO, commit: facts.commit, revisions: [], folder: old },
    { repo: REPO, commit: NEW, revisions: ['main'], folder: now },
  ]);
  expect(await cache.removeRevision(REPO, 'v2')).toBeUndefined();
  const replaced = facts.files.find(({ path }) => path === 'tokenizer_config.json')!;
  expect(await cache.removeRevision(REPO, facts.commit)).toBe(replaced.size);
  expect(existsSync(old)).toBe(false);
  for (const name of readdirSync(now)) expect(readFileSync(join(now, name)).equals(server.files[name]!)).toBe(true);
  expect(await cache.find(REPO)).toMatchObject({ commit: NEW });
  expect(await cache.removeRevision(REPO, 'main')).toBeGreaterThan(100_000);
  expect(readdirSync(folder)).toEqual([]);
});

it('a download that was cut is known with its share, goes on, and can be discarded without harm to another version', async () => {
  await getModel(hub, cache, REPO);
  server.commit = NEW;
  server.files['model.safetensors'] = randomBytes(400_000);
  const cut = async (): Promise<void> => {
    const stop = new AbortController();
    server.trouble = (response, request, bytes) => {
      if (!request.url!.endsWith('.safetensors')) return false;
      const { from, status, headers } = rangeOf(request, bytes);
      response.writeHead(status, headers).write(bytes.subarray(from, 150_000));
      return true;
    };
    const onProgress = ({ done, total }: Progress): unknown =>
      total - done < 260_000 && setTimeout(() => stop.abort(), 9);
    await expect(getModel(hub, cache, REPO, { signal: stop.signal, onProgress })).rejects.toMatchObject({
      code: 'cancelled',
    });
    server.trouble = undefined;
  };
  await cut();
  const here = await modelIn(new HubCache(folder), REPO); // as after a restart
  expect(here?.commit).toBe('a'.repeat(40));
  expect(here!.begun!.total - here!.begun!.done).toBe(250_000);
  await discardBegun(cache, here!.begun!);
  expect(await modelIn(cache, REPO)).toMatchObject({ commit: 'a'.repeat(40), begun: null });
  expect(await cache.versions()).toHaveLength(1);
  for (const name of readdirSync(here!.folder!)) expect(existsSync(join(here!.folder!, name))).toBe(true);

  await cut();
  const before = server.sent();
  await getModel(hub, cache, REPO);
  expect(server.sent() - before).toBe(250_000);
  expect(await modelIn(cache, REPO)).toMatchObject({ commit: NEW, begun: null });
});

it('what was begun of a file that Python has completed since is deleted', async () => {
  const { facts } = await getModel(hub, cache, REPO);
  const part = cache.rangesPart(
    facts,
    facts.files.find(({ path }) => path === 'model.safetensors')!,
  );
  for (const name of [part, `${part}.journal`]) writeFileSync(name, 'begun');
  await getModel(hub, cache, REPO);
  expect(readdirSync(dirname(part)).filter((name) => !/^[0-9a-f]+$/.test(name))).toEqual([]);
});

it('a model is described without its weights, with its kind or why it cannot run here', async () => {
  const total = Object.values(server.files).reduce((sum, { length }) => sum + length, 0);
  const { family, bytes, refusal, facts } = await lookAt(hub, REPO, { folder: join(folder, 'look') });
  expect([family === null, bytes, refusal, facts.license]).toEqual([false, total, null, 'apache-2.0']);
  server.files['config.json'] = Buffer.from('{"model_type": "bert"}');
  const unfit = await lookAt(hub, REPO, { folder: join(folder, 'look again') });
  expect([unfit.family, unfit.bytes]).toEqual([null, null]);
  expect(unfit.refusal).toContain('bert');
  expect(server.asked.some(({ path }) => path === 'model.safetensors')).toBe(false);
});
