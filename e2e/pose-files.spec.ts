import { expect, test } from '@playwright/test';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readColmapFiles, readNerfstudioFile } from '../src/capture';
import { command } from './command';
import { samples } from './window';

test('views are written with their poses for nerfstudio and COLMAP', () => {
  const folder = mkdtempSync(join(tmpdir(), 'zoetrope-poses-'));
  const run = (format: string) => {
    const args = ['views', join(samples, 'scene.glb'), '--count', '3', '--size', '64', '--json', '--out', folder, '--poses', format];
    const { code, out, err } = command(...args);
    expect([code, err]).toEqual([0, '']);
    return (JSON.parse(out) as { views: { pose: { cameraToWorld: number[] } }[] }).views.map(({ pose }) => pose.cameraToWorld);
  };
  const text = (name: string) => readFileSync(join(folder, name), 'utf8');
  const poses = run('nerfstudio');
  const read = readNerfstudioFile(text('transforms.json'));
  expect(read.map(({ cameraToWorld }) => cameraToWorld)).toEqual(poses);
  for (const { file } of read) expect(existsSync(join(folder, file))).toBe(true);
  run('colmap');
  readColmapFiles({ cameras: text('cameras.txt'), images: text('images.txt') }).forEach(({ cameraToWorld }, k) =>
    cameraToWorld.forEach((n, at) => expect(n).toBeCloseTo(poses[k]![at]!, 8)),
  );
  expect(command('views', join(samples, 'scene.glb'), '--poses', 'colmap').err).toMatch(/--out/);
  rmSync(folder, { recursive: true });
});
