// SPDX-License-Identifier: Apache-2.0
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, parse, relative, sep } from 'node:path';
import { expect, it } from 'vitest';
import { openScenes, sortOpened } from './opened';
import { grantBeside, listSceneFiles, sceneFilePath } from './scene-files';

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
    expect(
      await sceneFilePath({ path, folder, companions: [] }, `../${relative(join(folder, '..'), `${folder}-2`)}`),
    ).toBeUndefined();
  } finally {
    await rm(folder, { recursive: true });
    await rm(`${folder}-2`, { force: true });
  }
});

it('gives of an opened folder what a scene can use, and nothing else that lies there', async () => {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'zoetrope-scene-files-')));
  const folder = join(base, 'scene');
  try {
    const good = [
      'scene.gltf',
      'all.bin',
      'textures/Oak.PNG',
      'sparse/0/images.txt',
      'pose/0.txt',
      'transforms_train.json',
    ];
    const bad = [
      'private.txt',
      'id_rsa',
      '.env',
      '.git/a.png',
      'notes.json',
      'package.json',
      'mail.mbox',
      'a.png.exe',
      'pose/deep/0.md',
      'images.txt.bak',
    ];
    for (const name of [...good, ...bad]) {
      await mkdir(join(folder, name, '..'), { recursive: true });
      await writeFile(join(folder, name), 'x');
    }
    await writeFile(join(base, 'outside.png'), 'x');
    await symlink(join(base, 'outside.png'), join(folder, 'link.png'));
    await symlink(join(folder, 'private.txt'), join(folder, 'inside.png'));
    await symlink(base, join(folder, 'up'));
    const grant = { path: join(folder, 'scene.gltf'), folder, companions: [] };
    for (const name of good) expect(await sceneFilePath(grant, name)).toBe(join(folder, ...name.split('/')));
    const spelled = [
      'link.png',
      'inside.png',
      'up/outside.png',
      '../outside.png',
      'textures/../all.bin',
      'textures/../scene.gltf',
      './all.bin',
      '/all.bin',
      'textures//Oak.PNG',
      'textures',
      'all.bin/',
      'all.bin::$DATA',
      'private.txt::$DATA.png',
      'all.bin ',
      'textures\\Oak.PNG',
      `${folder}/all.bin`,
      'all.bin\0.png',
      '',
    ];
    for (const name of [...bad, ...spelled])
      expect([name, await sceneFilePath(grant, name)]).toEqual([name, undefined]);
    expect((await listSceneFiles(grant)).files.map(({ name }) => name).sort()).toEqual([...good].sort());
  } finally {
    await rm(base, { recursive: true });
  }
});

it('takes pictures opened with a PLY for its textures only where it names some', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'zoetrope-scene-files-')));
  try {
    const [textured, cloud, picture] = ['skin.ply', 'cloud.ply', 'a.png'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(textured, 'ply\nformat ascii 1.0\ncomment TextureFile a.png\nelement vertex 1\nend_header\n');
    await writeFile(cloud, 'ply\nformat ascii 1.0\nelement vertex 1\nend_header\ncomment TextureFile a.png\n');
    await writeFile(picture, 'x');
    expect((await sortOpened([textured, picture])).opened).toEqual([
      { path: textured, folder: null, companions: [picture] },
    ]);
    expect((await sortOpened([cloud, picture])).opened.map(({ path }) => path)).toEqual([cloud, picture]);
    expect((await grantBeside(textured)).folder).toBe(folder);
    expect((await grantBeside(cloud)).folder).toBeNull();
    expect((await grantBeside(join(folder, 'gone.ply'))).folder).toBeNull();
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('takes pictures opened with a scene for its own only where it names them; the others are photographs', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'zoetrope-scene-files-')));
  try {
    const write = async (name: string, text: string) => {
      await writeFile(join(folder, name), text);
      return join(folder, name);
    };
    const obj = await write('chair.obj', 'mtllib chair.mtl\n');
    const mtl = await write('chair.mtl', 'newmtl a\nmap_Kd -s 1 1 1 C:\\Textures\\OAK wood.PNG\n');
    const gltf = await write('lamp.gltf', '{"images":[{"uri":"a%20b.png"},{"uri":"\\u00e9.png"}]}');
    const [oak, spaced, accent, holiday] = [
      await write('oak wood.png', 'x'),
      await write('a b.png', 'x'),
      await write('é.png', 'x'),
      await write('holiday.jpg', 'x'),
    ];
    const { opened } = await sortOpened([obj, mtl, holiday, oak]);
    expect(opened).toEqual([
      { path: obj, folder: null, companions: [mtl, oak] },
      { path: holiday, folder: null, companions: [] },
    ]);
    const other = await sortOpened([holiday, gltf, spaced, accent]);
    expect(other.opened).toEqual([
      { path: holiday, folder: null, companions: [] },
      { path: gltf, folder: null, companions: [spaced, accent] },
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('a folder brings its scenes, videos and photographs, and no texture of a scene as a photograph', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'zoetrope-scene-files-')));
  try {
    const write = async (name: string, text = 'x') => {
      await mkdir(join(folder, name, '..'), { recursive: true });
      await writeFile(join(folder, name), text);
    };
    await write('day/clip 10.mp4');
    await write('day/clip 2.MOV');
    await write('day/notes.txt');
    await write('.hidden/clip.mp4');
    await write('chair/chair.obj', 'mtllib chair.mtl\n');
    await write('chair/chair.mtl', 'map_Kd oak.png\n');
    await write('chair/oak.png');
    await write('chair/textures/unnamed.jpg');
    await write('chair/holiday.jpg');
    await write('scan.glb');
    const names = (opened: readonly { path: string }[]) =>
      opened.map(({ path }) => relative(folder, path).split(sep).join('/'));
    const { opened, refused } = await sortOpened([folder]);
    expect(refused).toEqual([]);
    expect(names(opened)).toEqual([
      ...['scan.glb', 'chair/chair.obj'],
      ...['chair/holiday.jpg', 'day/clip 2.MOV', 'day/clip 10.mp4'],
    ]);
    expect(opened.map((one) => one.folder)).toEqual([null, folder, null, null, null]);
    expect(names(await openScenes(folder))).toEqual(['scan.glb', 'chair/chair.obj']);

    // A folder of posed photographs is one scene: its photographs are not opened by themselves.
    await write('transforms.json', '{}');
    expect(names((await sortOpened([folder])).opened)).toEqual([
      'transforms.json',
      'day/clip 2.MOV',
      'day/clip 10.mp4',
    ]);
    await mkdir(join(folder, 'empty'));
    expect((await sortOpened([join(folder, 'empty')])).refused[0]?.error.code).toBe('file-unreadable');
    await expect(openScenes(join(folder, 'day'))).rejects.toThrow('no 3D scene');
  } finally {
    await rm(folder, { recursive: true });
  }
});
