// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { HubCache } from './cache';
import { getModel } from './get';
import { Hub } from './hub';
import { lookAt } from './look';
import { REPO, startHub, type TestHub } from './test-hub';

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
