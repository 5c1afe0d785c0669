import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, parse, relative, sep } from 'node:path';
import { expect, it } from 'vitest';
import { sceneFilePath } from './scene-files';

it('finds the files of a scene in the root of a drive, and none that lead out of a folder', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'zoetrope-scene-files-')));
  try {
    const path = join(folder, 'scene.gltf');
    await writeFile(path, '{}');
    const { root } = parse(folder);
    const name = relative(root, path).split(sep).join('/');
    expect(await sceneFilePath({ path, folder: root, companions: [] }, name)).toBe(path);
    expect(await sceneFilePath({ path, folder, companions: [] }, 'scene.gltf')).toBe(path);
    await writeFile(`${folder}-2`, '');
    expect(await sceneFilePath({ path, folder, companions: [] }, `../${relative(join(folder, '..'), `${folder}-2`)}`)).toBeUndefined();
  } finally {
    await rm(folder, { recursive: true });
    await rm(`${folder}-2`, { force: true });
  }
});
