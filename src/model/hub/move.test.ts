// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { noteBegun } from './begun';
import { HubCache } from './cache';
import { MARKER, ModelFolders } from './folders';
import { moveModels, settleMove } from './move';

const COMMIT = 'a'.repeat(40);
const starter = join(import.meta.dirname, '../../../models/starter');
const small = readdirSync(starter).filter((name) => /\.(json|jinja)$/.test(name));
/** Another disk than that of temporary files. */
const OTHER_DISK = '/dev/shm';
const hasOtherDisk = existsSync(OTHER_DISK) && statSync(OTHER_DISK).dev !== statSync(tmpdir()).dev;

let root: string;
let other: string;
let folders: ModelFolders;
let weights: Buffer;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'zoetrope-move-'));
  other = mkdtempSync(join(hasOtherDisk ? OTHER_DISK : tmpdir(), 'zoetrope-move-'));
  folders = new ModelFolders(join(root, 'app', 'models.json'), join(root, 'shared'));
  weights = randomBytes(3_000_000);
});
afterEach(() => [root, other].forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A model that runs here, with its weights and a graph that was compiled from them. */
function addModel(cacheFolder: string, repo = 'lab/model'): string {
  const cache = new HubCache(cacheFolder);
  const folder = cache.snapshot({ repo, commit: COMMIT });
  const blobs = join(cache.repoFolder(repo), 'blobs');
  for (const made of [join(folder, 'onnx'), blobs, join(cache.repoFolder(repo), 'refs')])
    mkdirSync(made, { recursive: true });
  const blob = createHash('sha256').update(weights).digest('hex');
  writeFileSync(join(blobs, blob), weights);
  symlinkSync(join('../../blobs', blob), join(folder, 'model.safetensors'));
  for (const name of small) writeFileSync(join(folder, name), readFileSync(join(starter, name)));
  writeFileSync(join(folder, 'onnx', 'decoder.onnx'), weights.subarray(0, 500_000));
  writeFileSync(join(cache.repoFolder(repo), 'refs', 'main'), COMMIT);
  return folder;
}

/** The model is in one folder as a whole, and nothing of it in the other. */
async function isWholeIn(one: string, notIn: string, repo = 'lab/model'): Promise<void> {
  const found = await folders.find(repo);
  expect(found?.folder).toBe(new HubCache(one).snapshot({ repo, commit: COMMIT }));
  expect(readFileSync(join(found!.folder, 'model.safetensors')).equals(weights)).toBe(true);
  expect(lstatSync(join(found!.folder, 'model.safetensors')).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(found!.folder, 'onnx/decoder.onnx')).equals(weights.subarray(0, 500_000))).toBe(true);
  const left = existsSync(notIn) ? readdirSync(notIn) : [];
  expect(left.filter((name) => name.startsWith('models--') || name.startsWith('.zoetrope-moving'))).toEqual([]);
}

it('models of the shared cache stay where they are, unless they are to move; new ones go to the chosen folder', async () => {
  addModel(folders.shared);
  mkdirSync(join(folders.shared, 'models--lab--text/refs'), { recursive: true }); // of another program
  const chosen = join(root, 'chosen');
  expect(await moveModels(folders, chosen)).toEqual([]);
  await isWholeIn(folders.shared, chosen);
  expect((await folders.cacheOf('lab/model')).folder).toBe(folders.shared);
  expect((await folders.cacheOf('lab/new')).folder).toBe(chosen);
  const place = await folders.place();
  expect(place).toMatchObject({ folder: chosen, isShared: false, isThere: true, bytes: 0 });
  expect(place.shared).toBeGreaterThan(3_500_000);

  expect(await moveModels(folders, chosen, { withShared: true })).toEqual(['lab/model']);
  await isWholeIn(chosen, 'nowhere');
  expect(readdirSync(folders.shared)).toEqual(['models--lab--text']);
  const used = new HubCache(folders.shared).snapshot({ repo: 'lab/model', commit: COMMIT });
  expect(await folders.relocated(join(used, 'onnx'))).toBe(join((await folders.find('lab/model'))!.folder, 'onnx'));

  expect(await moveModels(folders, null)).toEqual(['lab/model']); // and back
  expect(await folders.read()).toEqual({ folder: null, move: null });
  await isWholeIn(folders.shared, chosen);
  expect(existsSync(chosen)).toBe(false);
});

it.skipIf(!hasOtherDisk)(
  'to another disk every byte is copied; after a cancel or a failure all is as before',
  async () => {
    addModel(folders.shared);
    const model = new HubCache(folders.shared).repoFolder('lab/model');
    const stop = new AbortController();
    const shares: number[] = [];
    const cancelled = moveModels(folders, other, {
      withShared: true,
      signal: stop.signal,
      onProgress: ({ done, total }) => shares.push(done / total) > 2 && stop.abort(),
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    const failed = moveModels(folders, other, {
      withShared: true,
      beforeSwitch: () => Promise.reject(new Error('busy')),
    });
    await expect(failed).rejects.toThrow('busy');
    await isWholeIn(folders.shared, other);
    expect([await folders.read(), readdirSync(other)]).toEqual([{ folder: null, move: null }, []]);

    const times = statSync(join(model, 'snapshots', COMMIT, 'config.json')).mtimeMs;
    const left: string[][] = [];
    await moveModels(folders, other, {
      withShared: true,
      onProgress: ({ done, total }) => shares.push(done / total),
      beforeSwitch: async (gone) => void left.push(gone),
    });
    expect([left, shares.at(-1)]).toEqual([[[model]], 1]);
    await isWholeIn(other, folders.shared);
    expect(statSync(join((await folders.find('lab/model'))!.folder, 'config.json')).mtimeMs).toBeCloseTo(times, -1);
  },
);

it('a model whose blobs are links out of its folder, as Python shares them, is copied with what they lead to', async () => {
  addModel(folders.shared);
  const blobs = join(new HubCache(folders.shared).repoFolder('lab/model'), 'blobs');
  const [hash] = readdirSync(blobs) as [string];
  mkdirSync(join(folders.shared, 'store'));
  renameSync(join(blobs, hash), join(folders.shared, 'store', hash));
  symlinkSync(join('../../store', hash), join(blobs, hash));
  const chosen = join(root, 'chosen');
  await moveModels(folders, chosen, { withShared: true });
  await isWholeIn(chosen, folders.shared);
  expect(lstatSync(join(new HubCache(chosen).repoFolder('lab/model'), 'blobs', hash)).isFile()).toBe(true);
  expect(readdirSync(join(folders.shared, 'store'))).toEqual([hash]);
});

it('a folder that will not do is refused, and so is a move while a download runs', async () => {
  const chosen = join(root, 'chosen');
  await moveModels(folders, chosen);
  const repo = new HubCache(chosen).repoFolder('lab/model');
  addModel(chosen);
  const refused: [string, string][] = [
    [chosen, 'in this folder already'],
    [join(repo, 'inside'), 'inside of one that holds models'],
    ['//server/share', 'folder of another computer'],
    ['/run/user/1000/gvfs/smb-share:server=nas/models', 'folder of another computer'],
    ['relative', 'not complete'],
  ];
  for (const [to, words] of refused) await expect(moveModels(folders, to)).rejects.toThrow(words);
  writeFileSync(join(root, 'file'), '');
  for (const to of [join(root, 'file'), '/proc/models'])
    await expect(moveModels(folders, to)).rejects.toMatchObject({ code: 'file-unreadable' });
  writeFileSync(join(repo, 'blobs', 'x.incomplete.lock'), String(process.pid));
  await expect(moveModels(folders, join(root, 'next'))).rejects.toMatchObject({ code: 'download-broken' });
  rmSync(join(repo, 'blobs', 'x.incomplete.lock'));
  mkdirSync(new HubCache(join(root, 'next')).repoFolder('lab/model'), { recursive: true });
  await expect(moveModels(folders, join(root, 'next'))).rejects.toThrow('in both folders');
  await isWholeIn(chosen, 'nowhere');
});

it('a drive that is not plugged in is not written to, and what is elsewhere is found', async () => {
  const drive = join(root, 'drive');
  await moveModels(folders, drive);
  addModel(folders.shared);
  rmSync(join(drive, MARKER)); // the place of the drive is there, and the drive is not
  expect(await folders.place()).toMatchObject({ folder: drive, isThere: false });
  await expect(folders.cacheToChange('lab/new')).rejects.toMatchObject({ code: 'file-missing' });
  await isWholeIn(folders.shared, drive);
  expect(await moveModels(folders, null)).toEqual([]);
  expect((await folders.cacheToChange('lab/new')).folder).toBe(folders.shared);
});

/** Dies when it is to write for the `dies`-th time. */
class Dying extends ModelFolders {
  dies = Infinity;
  override write(state: Parameters<ModelFolders['write']>[0]): Promise<void> {
    return --this.dies > 0 ? super.write(state) : Promise.reject(new Error('died'));
  }
}

it('a move that ends between any two of its steps is undone or ended the next time', async () => {
  const outcomes: string[] = [];
  for (const disk of [root, other])
    for (let step = 2; step <= 5; step++) {
      const to = join(disk, `to ${step}`);
      const shared = join(root, `shared ${step}`);
      addModel(shared);
      const dying = new Dying(join(root, 'app', 'models.json'), shared);
      dying.dies = step;
      await expect(moveModels(dying, to, { withShared: true })).rejects.toThrow('died');
      folders = new ModelFolders(dying.file, shared);
      expect(await folders.find('lab/model')).toBeDefined();
      await settleMove(folders);
      const { folder } = await folders.read();
      await (folder === null ? isWholeIn(shared, to) : isWholeIn(to, shared));
      outcomes.push(folder === null ? 'old' : 'new');
      for (const gone of [shared, to, dying.file]) rmSync(gone, { recursive: true, force: true });
    }
  expect(outcomes).toEqual(['old', 'old', 'new', 'new', 'old', 'old', 'new', 'new']);
});

it('after a kill at any moment each model is in one folder as a whole, on one disk and on two', async () => {
  await build({
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: true },
    build: {
      ssr: join(import.meta.dirname, 'test-move-child.ts'),
      outDir: join(root, 'child'),
      rolldownOptions: { output: { entryFileNames: 'child.mjs' } },
    },
  });
  for (let round = 0; round < 12; round++) {
    const to = round % 2 === 0 && hasOtherDisk ? join(other, String(round)) : join(root, String(round));
    const shared = join(root, `shared ${round}`);
    folders = new ModelFolders(join(root, String(round), 'models.json'), shared);
    for (const repo of ['lab/model', 'lab/other']) addModel(shared, repo);
    await noteBegun(
      new HubCache(shared),
      { repo: 'lab/begun', commit: COMMIT, files: [], license: null, gated: false },
      'main',
      [],
    );
    const child = spawn(process.execPath, [join(root, 'child/child.mjs'), folders.file, shared, to], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), Math.random() * 70));
    await once(child, 'close');
    for (const repo of ['lab/model', 'lab/other']) expect(await folders.find(repo)).toBeDefined(); // also before it is settled
    await settleMove(folders);
    const { folder, move } = await folders.read();
    expect(move).toBe(null);
    for (const repo of ['lab/model', 'lab/other'])
      await (folder === null ? isWholeIn(shared, to, repo) : isWholeIn(to, shared, repo));
    for (const gone of [shared, to]) rmSync(gone, { recursive: true, force: true });
  }
}, 60_000);
