// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { project, readNerfstudioFile } from '../../src/camera';
import type { CameraPose, Intrinsics } from '../../src/contract';
import { command } from '../fixtures/command';
import { pixels } from '../fixtures/pixels';
import { BOXES, hit, rayThrough, roomGlb } from '../fixtures/room';

interface Shown {
  passes: { depthUnit: number; objects: Record<string, string> };
  views: {
    pose: CameraPose;
    intrinsics: Intrinsics;
    file: string;
    passes: Record<'depth' | 'normal' | 'id', string>;
  }[];
}

test('depths, normals and object numbers are those of the geometry itself', () => {
  test.setTimeout(180_000); // rendered in software
  const folder = mkdtempSync(join(tmpdir(), 'zoetrope-passes-'));
  writeFileSync(join(folder, 'room.glb'), roomGlb());
  const size = 120;
  const { code, out, err } = command(
    'views',
    join(folder, 'room.glb'),
    '--strategy',
    'cube',
    '--size',
    String(size),
    '--json',
    '--out',
    folder,
    '--passes',
    'depth,normal,id',
    '--poses',
    'nerfstudio',
  );
  expect([code, err]).toEqual([0, '']);
  const { passes, views } = JSON.parse(out) as Shown;
  expect(passes.depthUnit).toBe(0.001);
  expect(Object.keys(passes.objects)).toHaveLength(BOXES.length);
  expect(JSON.parse(readFileSync(join(folder, 'passes.json'), 'utf8'))).toEqual(passes);
  expect(views).toHaveLength(6);
  const posed = JSON.parse(readFileSync(join(folder, 'transforms.json'), 'utf8')) as {
    frames: { depth_file_path: string }[];
  };
  expect(posed.frames.map((frame) => frame.depth_file_path)).toEqual(views.map((view) => view.passes.depth));
  expect(readNerfstudioFile(JSON.stringify(posed))).toHaveLength(6);

  let [right, wrong, corners] = [0, 0, 0];
  for (const { pose, intrinsics, passes: names } of views) {
    const depth = new Uint16Array(new Uint8Array(pixels(join(folder, names.depth), 'gray16le')).buffer);
    const id = new Uint16Array(new Uint8Array(pixels(join(folder, names.id), 'gray16le')).buffer);
    const normal = pixels(join(folder, names.normal), 'rgb24');
    expect([depth.length, id.length, normal.length]).toEqual([size ** 2, size ** 2, 3 * size ** 2]);
    for (let k = 0; k < size ** 2; k++) {
      const [x, y] = [(2 * ((k % size) + 0.5)) / size - 1, 1 - (2 * (Math.floor(k / size) + 0.5)) / size];
      const { from, direction } = rayThrough(pose.cameraToWorld, intrinsics.fovY, 1, x, y);
      const met = hit(from, direction)!;
      const facing = [0, 1, 2].map((axis) =>
        [0, 1, 2].reduce((sum, row) => sum + pose.cameraToWorld[4 * row + axis]! * met.normal[row]!, 0),
      );
      // Graphics cards snap vertices to a grid of a sixteenth of a pixel or finer: deviations up to that are allowed.
      const about = [-1, 1]
        .flatMap((side) => [
          [side, 0],
          [0, side],
        ])
        .map(([dx, dy]) => {
          const aside = rayThrough(
            pose.cameraToWorld,
            intrinsics.fovY,
            1,
            x + (dx! * 0.08) / size,
            y + (dy! * 0.08) / size,
          );
          return hit(aside.from, aside.direction)!.at;
        });
      const told = depth[k]! * passes.depthUnit;
      const same =
        told >= Math.min(...about) - 0.51 * passes.depthUnit &&
        told <= Math.max(...about) + 0.51 * passes.depthUnit &&
        id[k] === met.box + 1 &&
        facing.every((n, c) => Math.abs(normal[3 * k + c]! / 127.5 - 1 - n) < 0.01);
      if (same) right++;
      else wrong++;
    }
    // The visible corners of a box are where its object number is, to within a pixel.
    BOXES.forEach(({ min, max, inward }, box) => {
      if (inward) return;
      for (let corner = 0; corner < 8; corner++) {
        const point = [0, 1, 2].map((axis) => ((corner >> axis) & 1 ? max[axis]! : min[axis]!)) as [
          number,
          number,
          number,
        ];
        const { x, y, depth: away } = project(pose, intrinsics, point);
        if (away <= 0 || Math.max(Math.abs(x), Math.abs(y)) > 0.98) continue;
        const inner = point.map((n, axis) => n + 0.01 * ((min[axis]! + max[axis]!) / 2 - n > 0 ? 1 : -1)) as [
          number,
          number,
          number,
        ];
        const aim = project(pose, intrinsics, inner);
        const { from, direction } = rayThrough(pose.cameraToWorld, intrinsics.fovY, 1, aim.x, aim.y);
        if (hit(from, direction)?.box !== box) continue;
        corners++;
        const [column, row] = [Math.floor(((x + 1) / 2) * size), Math.floor(((1 - y) / 2) * size)];
        const near = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => id[(row + dy) * size + column + dx]));
        expect(near).toContain(box + 1);
      }
    });
  }
  expect(wrong / (right + wrong)).toBeLessThan(0.001); // a centre that falls on an edge
  expect(corners).toBeGreaterThan(10);
  expect(command('views', join(folder, 'room.glb'), '--passes', 'depth').err).toMatch(/--out/);
  rmSync(folder, { recursive: true });
});
