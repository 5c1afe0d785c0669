// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readColmapFiles, readNerfstudioFile } from '../../src/camera';
import { command } from '../fixtures/command';
import { samples } from '../fixtures/window';

test('views are written with their poses for nerfstudio and COLMAP, and taken again from them', () => {
  test.slow(); // six windows, rendered in software
  const folder = mkdtempSync(join(tmpdir(), 'zoetrope-poses-'));
  const run = (format: string, ...more: string[]) => {
    const args = [
      'views',
      join(samples, 'scene.glb'),
      '--count',
      '3',
      '--size',
      '64',
      '--json',
      '--out',
      folder,
      '--poses',
      format,
      ...more,
    ];
    const { code, out, err } = command(...args);
    expect([code, err]).toEqual([0, '']);
    return (JSON.parse(out) as { views: { pose: { cameraToWorld: number[] } }[] }).views.map(
      ({ pose }) => pose.cameraToWorld,
    );
  };
  const text = (name: string) => readFileSync(join(folder, name), 'utf8');
  const poses = run('nerfstudio');
  const read = readNerfstudioFile(text('transforms.json'));
  expect(read.map(({ cameraToWorld }) => cameraToWorld)).toEqual(poses);
  for (const { file } of read) expect(existsSync(join(folder, file))).toBe(true);
  const refused = command('views', join(samples, 'scene.glb'), '--poses', 'nerfstudio', '--out', folder);
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('view-001.png')]);
  expect(readNerfstudioFile(text('transforms.json'))).toEqual(read);
  run('colmap', '--force');
  readColmapFiles({ cameras: text('cameras.txt'), images: text('images.txt') }).forEach(({ cameraToWorld }, k) =>
    cameraToWorld.forEach((n, at) => expect(n).toBeCloseTo(poses[k]![at]!, 12)),
  );
  expect(command('views', join(samples, 'scene.glb'), '--poses', 'colmap').err).toMatch(/--out/);

  // Importing them again gives the same cameras, and the same pictures to the pixel.
  interface Taken {
    views: { pose: { cameraToWorld: number[] }; sha256: string; strategy: string; width: number }[];
  }
  const taken = (...args: string[]): Taken['views'] => {
    const { code, out, err } = command('views', join(samples, 'scene.glb'), '--json', ...args);
    expect([code, err]).toEqual([0, '']);
    return (JSON.parse(out) as Taken).views;
  };
  const first = taken('--count', '3', '--size', '64');
  const again = taken('--strategy', 'file', '--poses', join(folder, 'transforms.json'));
  expect(again.map(({ sha256 }) => sha256)).toEqual(first.map(({ sha256 }) => sha256));
  expect(again.every(({ strategy, width }) => strategy === 'file' && width === 64)).toBe(true);
  taken('--strategy', 'file', '--poses', folder).forEach(({ pose }, k) =>
    pose.cameraToWorld.forEach((n, at) => expect(n).toBeCloseTo(poses[k]![at]!, 12)),
  );
  expect(command('views', join(samples, 'scene.glb'), '--strategy', 'file').err).toMatch(/no cameras of its own/);
  rmSync(folder, { recursive: true });
});
