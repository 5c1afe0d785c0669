// SPDX-License-Identifier: Apache-2.0
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StoredSource } from '../library';
import { findBelow, missingAmong, movedAlong } from './moved';

let base: string;
beforeEach(async () => void (base = await mkdtemp(join(tmpdir(), 'zoetrope-moved-'))));
afterEach(() => rm(base, { recursive: true }));

const here = (name: string) => join(base, ...name.split('/'));
const write = async (name: string, text = name) => {
  await mkdir(dirname(here(name)), { recursive: true });
  await writeFile(here(name), text);
};
const source = (name: string, folder: string | null = null): StoredSource => ({
  id: name,
  kind: folder === null ? 'video' : 'scene',
  path: here(name),
  bytes: name.length,
  folder: folder === null ? null : here(folder),
  companions: [],
});

it('files that were moved with one are found from its new place, also when it was renamed', async () => {
  const sources = [
    source('old/day/a.mp4'),
    source('old/day/b.mp4'),
    source('old/night/c.mp4'),
    source('elsewhere/d.mp4'),
    source('old/room/scene.gltf', 'old/room'),
  ];
  for (const { id } of sources) await write(id);
  expect(await missingAmong(sources)).toEqual([]);
  await mkdir(here('disk'));
  await rename(here('old'), here('disk/kept'));
  await rm(here('elsewhere'), { recursive: true });
  const missing = await missingAmong(sources);
  expect(missing).toHaveLength(5);
  const others = missing.slice(1);
  const places = [
    { path: here('disk/kept/day/b.mp4'), folder: null },
    { path: here('disk/kept/night/c.mp4'), folder: null },
    { path: here('disk/kept/room/scene.gltf'), folder: here('disk/kept/room') },
  ];
  const along = (to: string) => movedAlong({ from: here('old/day/a.mp4'), to: here(to) }, others);
  expect(await along('disk/kept/day/a.mp4')).toMatchObject(places);
  expect(await along('disk/kept/day/renamed.mp4')).toMatchObject(places);
  // A file of another size is another file.
  await writeFile(here('disk/kept/day/b.mp4'), 'longer than it was before');
  expect(await along('disk/kept/day/a.mp4')).toMatchObject(places.slice(1));
});

it('files are found anywhere below a folder, the likeliest of several', async () => {
  const sources = [
    source('x/cam1/a.mp4'),
    source('x/cam2/a.mp4'),
    source('x/room/t.gltf', 'x/room'),
    source('x/b.mp4'),
  ];
  await write('new/deep/cam2/a.mp4', 'x/cam2/a.mp4');
  await write('new/deep/cam1/a.mp4', 'x/cam1/a.mp4');
  await write('new/copy/a.mp4', 'x/cam1/a.mp4');
  await write('new/scans/room/t.gltf', 'x/room/t.gltf');
  await write('new/b.mp4', 'another size');
  expect(await findBelow(here('new'), sources)).toMatchObject([
    { path: here('new/deep/cam1/a.mp4') },
    { path: here('new/deep/cam2/a.mp4') },
    { path: here('new/scans/room/t.gltf'), folder: here('new/scans/room') },
  ]);
});
