// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { colmapFiles, lookAtPose, nerfstudioFile, type PosedPicture } from '../../src/camera';
import type { ViewOrigin } from '../../src/contract';
import { command } from '../fixtures/command';
import { Zoetrope } from '../fixtures/window';

test.describe.configure({ timeout: 180_000 });

const WIDTH = 48;
const HEIGHT = 32;

/** Pixels of the k-th photograph, each in another colour. */
const pixels = (k: number): Buffer =>
  Buffer.from(Array.from({ length: WIDTH * HEIGHT }, (_, p) => [40 * k, p % 256, 200 - 30 * k]).flat());

function png(rgb: Buffer): Buffer {
  const rows = Buffer.concat(
    Array.from({ length: HEIGHT }, (_, y) =>
      Buffer.concat([Buffer.from([0]), rgb.subarray(3 * WIDTH * y, 3 * WIDTH * (y + 1))]),
    ),
  );
  const head = Buffer.alloc(13);
  head.writeUInt32BE(WIDTH, 0);
  head.writeUInt32BE(HEIGHT, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const framed = Buffer.alloc(8 + body.length);
    framed.writeUInt32BE(data.length, 0);
    body.copy(framed, 4);
    framed.writeUInt32BE(crc(body), 4 + body.length);
    return framed;
  };
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function crc(bytes: Buffer): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let k = 0; k < 8; k++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return (value ^ 0xffffffff) >>> 0;
}

let folder: string;
let zoetrope: Zoetrope;
/** Cameras around the origin, y down as in COLMAP. */
const pictures: PosedPicture[] = Array.from({ length: 6 }, (_, k) => ({
  file: `view ${k}.png`,
  cameraToWorld: lookAtPose([4 * Math.sin(k), -1.5, 4 * Math.cos(k)], [0, 0, 0], [0, -1, 0]).cameraToWorld,
  intrinsics: { fovY: 40, width: WIDTH, height: HEIGHT },
}));

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'zoetrope-posed-'));
  for (const at of ['colmap/images', 'colmap/sparse/0', 'nerf/train']) mkdirSync(join(folder, at), { recursive: true });
  for (const [k, { file }] of pictures.entries()) {
    writeFileSync(join(folder, 'colmap/images', file), png(pixels(k)));
    writeFileSync(join(folder, 'nerf/train', file), png(pixels(k)));
  }
  const { 'points3D.txt': head, ...model } = colmapFiles(pictures);
  const points = Array.from(
    { length: 900 },
    (_, k) => `${k + 1} ${Math.sin(k)} ${(k % 30) / 30} ${Math.cos(k)} ${k % 256} 120 60 0.1`,
  );
  for (const [name, text] of Object.entries({ ...model, 'points3D.txt': head + points.join('\n') }))
    writeFileSync(join(folder, 'colmap/sparse/0', name), text);
  const named = pictures.map((picture) => ({ ...picture, file: `./train/${picture.file.replace('.png', '')}` }));
  writeFileSync(join(folder, 'nerf/transforms_train.json'), nerfstudioFile(named));
  zoetrope = await Zoetrope.start();
});
test.afterAll(async () => {
  await zoetrope.end();
  rmSync(folder, { recursive: true, force: true });
});

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

test('the photographs of a COLMAP folder are its views, with their cameras', async () => {
  const { page } = zoetrope;
  await zoetrope.answerDialog([join(folder, 'colmap')]);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Open a folder of a scene…' }).click();
  await expect(page.getByRole('region', { name: '3D scene colmap', exact: true })).toHaveAttribute(
    'data-phase',
    'ready',
    { timeout: 100_000 },
  );
  await expect(page.getByTestId('photographs')).toContainText('6 photographs');
  await page.getByTestId('take-photographs').click();
  await expect(zoetrope.tray).toHaveCount(6, { timeout: 100_000 });
  const { tray } = (await zoetrope.state()).project;
  expect(tray.map(({ picture }) => picture.sha256)).toEqual(pictures.map((_, k) => sha256(pixels(k))));
  tray.forEach(({ origin }, k) => {
    const { strategy, photograph, pose, intrinsics } = origin as ViewOrigin;
    expect([strategy, photograph, intrinsics.width, intrinsics.height]).toEqual([
      'photograph',
      `images/view ${k}.png`,
      WIDTH,
      HEIGHT,
    ]);
    expect(intrinsics.fovY).toBeCloseTo(40, 6);
    // Shown upright: half a turn about x, which changes the sign of y and z.
    pictures[k]!.cameraToWorld.forEach((n, at) =>
      expect(pose.cameraToWorld[at]).toBeCloseTo(at >= 4 && at < 12 ? -n : n, 6),
    );
  });
  await zoetrope.screenshot('photographs');
});

test('the same from the command line, zipped, and of a transforms.json', () => {
  const inside = (name: string): [string, Uint8Array] => [name, readFileSync(join(folder, 'colmap', name))];
  const names = [
    ...pictures.map(({ file }) => `images/${file}`),
    ...['cameras', 'images', 'points3D'].map((name) => `sparse/0/${name}.txt`),
  ];
  writeFileSync(join(folder, 'colmap.zip'), zipSync(Object.fromEntries(names.map(inside))));
  for (const [name, first] of [
    ['colmap', 'images/view 0.png'],
    ['colmap.zip', 'images/view 0.png'],
    ['nerf', 'train/view 0.png'],
  ] as const) {
    const { code, out, err } = command('views', join(folder, name), '--count', '3', '--json');
    expect([code, err]).toEqual([0, '']);
    const { views } = JSON.parse(out) as { views: { sha256: string; photograph: string; strategy: string }[] };
    expect(views.map(({ sha256: hash }) => hash)).toEqual([0, 3, 5].map((k) => sha256(pixels(k))));
    expect(views[0]).toMatchObject({ strategy: 'photograph', photograph: first });
  }
});
