// SPDX-License-Identifier: Apache-2.0
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noteBegun } from './begun';
import { HubCache } from './cache';
import { download } from './download';
import { bytesOf } from './extents';
import { getModel } from './get';
import { Hub } from './hub';
import { modelIn } from './models';
import { REPO, startHub, type TestHub } from './test-hub';

/** Held against Python's huggingface_hub, where a Python with it is present (ZOETROPE_PYTHON). */
const python = process.env['ZOETROPE_PYTHON'] ?? 'python3';
const hasLibrary = spawnSync(python, ['-c', 'import huggingface_hub']).status === 0;

const starter = join(import.meta.dirname, '../../../models/starter');
const files = Object.fromEntries(
  ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'preprocessor_config.json'].map((name) => [
    name,
    readFileSync(join(starter, name)),
  ]),
);

describe.skipIf(!hasLibrary)('the cache, with huggingface_hub', () => {
  let folder: string;
  let server: TestHub;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'zoetrope-python-hub-'));
    server = await startHub({ ...files, 'model.safetensors': randomBytes(300_000) });
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The folder that `snapshot_download` returns. Not synchronous, because the hub answers in this process. */
  const snapshot = (cache: string, offline: boolean): Promise<string> =>
    new Promise((resolve, reject) => {
      const code = `
from huggingface_hub import snapshot_download, scan_cache_dir
print(snapshot_download(${JSON.stringify(REPO)}, cache_dir=${JSON.stringify(cache)}, local_files_only=${offline ? 'True' : 'False'}))
info = scan_cache_dir(${JSON.stringify(cache)})
assert not info.warnings, info.warnings`;
      const env = { ...process.env, HF_ENDPOINT: server.url, HF_HUB_DISABLE_XET: '1', HF_HUB_DISABLE_TELEMETRY: '1' };
      const child = spawn(python, ['-c', code], { env });
      let [out, err] = ['', ''];
      child.stdout.on('data', (data) => (out += String(data)));
      child.stderr.on('data', (data) => (err += String(data)));
      child.on('close', (status) => (status === 0 ? resolve(out.trim().split('\n')[0]!) : reject(new Error(err))));
    });

  it('finds there what we have downloaded', async () => {
    const cache = join(folder, 'ours');
    const { folder: ours } = await getModel(new Hub({ endpoint: server.url }), new HubCache(cache), REPO);
    expect(await snapshot(cache, true)).toBe(ours);
  }, 60_000);

  it('is not confused by a large file that we have begun in ranges, nor we by what it does then', async () => {
    const cache = new HubCache(join(folder, 'begun'));
    const hub = new Hub({ endpoint: server.url });
    const facts = await hub.facts(REPO);
    const file = facts.files.find(({ path }) => path === 'model.safetensors')!;
    const stop = new AbortController();
    const options = { large: 1, block: 10_000, signal: stop.signal, onBytes: (n: number) => n > 0 && stop.abort() };
    await expect(download(hub, cache, facts, file, options)).rejects.toMatchObject({ code: 'cancelled' });
    expect(await bytesOf(cache.rangesPart(facts, file), file.size)).toBeGreaterThan(0);
    await noteBegun(cache, facts, 'main', facts.files);
    const theirs = await snapshot(cache.folder, false);
    expect(readFileSync(join(theirs, file.path)).equals(server.files[file.path]!)).toBe(true);
    expect((await getModel(hub, cache, REPO)).folder).toBe(theirs);
    expect(await modelIn(cache, REPO)).toMatchObject({ folder: theirs, begun: null });
  }, 60_000);

  it('downloads from the same hub what we then find, without asking for it again', async () => {
    const cache = join(folder, 'theirs');
    const theirs = await snapshot(cache, false);
    const asked = server.asked.length;
    const { folder: found } = await getModel(new Hub({ endpoint: server.url }), new HubCache(cache), REPO);
    expect(found).toBe(theirs);
    expect(server.asked).toHaveLength(asked);
    expect(await new HubCache(cache).list()).toMatchObject([{ repo: REPO, folder: theirs }]);
  }, 60_000);
});
