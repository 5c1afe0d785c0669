// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Vec3 } from '../../contract';
import {
  colmapFiles,
  lookAtPose,
  nerfstudioFile,
  readColmapFiles,
  readNerfstudioFile,
  type PosedPicture,
} from '../index';
import { length, subtract } from '../vector';

const coordinate = fc.double({ min: -100, max: 100, noNaN: true });
const point = fc.tuple(coordinate, coordinate, coordinate);
const picture = fc
  .record({
    file: fc.constantFrom('view-000.png', 'a view.png'),
    from: point,
    to: point,
    fovY: fc.double({ min: 10, max: 120, noNaN: true }),
    width: fc.integer({ min: 16, max: 4096 }),
    height: fc.integer({ min: 16, max: 4096 }),
  })
  .filter(({ from, to }) => length(subtract(from, to)) > 0.1)
  .map(({ file, from, to, ...intrinsics }): PosedPicture => ({
    file,
    cameraToWorld: lookAtPose(from, to).cameraToWorld,
    intrinsics,
  }));

function expectSame(read: PosedPicture[], written: PosedPicture[]): void {
  expect(read.map(({ file }) => file)).toEqual(written.map(({ file }) => file));
  read.forEach(({ cameraToWorld, intrinsics }, k) => {
    const { cameraToWorld: wanted, intrinsics: lens } = written[k]!;
    cameraToWorld.forEach((n, at) => expect(n).toBeCloseTo(wanted[at]!, 8));
    expect([intrinsics.width, intrinsics.height]).toEqual([lens.width, lens.height]);
    expect(intrinsics.fovY).toBeCloseTo(lens.fovY, 8);
  });
}

it('comes back from both formats as it was', () => {
  fc.assert(
    fc.property(fc.array(picture, { maxLength: 5 }), (pictures) => {
      expectSame(readNerfstudioFile(nerfstudioFile(pictures)), pictures);
      const { 'cameras.txt': cameras, 'images.txt': images } = colmapFiles(pictures);
      expectSame(readColmapFiles({ cameras, images }), pictures);
    }),
  );
});

it('is written as those programs read it', () => {
  const front: PosedPicture = {
    file: 'view-000.png',
    cameraToWorld: lookAtPose([0, 0, 5] as Vec3, [0, 0, 0]).cameraToWorld,
    intrinsics: { fovY: 90, width: 64, height: 64 },
  };
  const { 'cameras.txt': cameras, 'images.txt': images } = colmapFiles([front, front]);
  expect(cameras.split('\n')[1]).toMatch(/^1 PINHOLE 64 64 32\.0*\d* 32\.0*\d* 32 32$/);
  // Looking along -z with y up is half a turn about x from COLMAP's axes; the origin is 5 in front of the camera.
  const [, w, x, y, z, tx, ty, tz, camera] = images.split('\n')[3]!.split(' ').map(Number);
  [w, x, y, z, tx, ty, tz, camera].forEach((n, k) => expect(n).toBeCloseTo([0, 1, 0, 0, 0, 0, 5, 1][k]!));
  const { frames } = JSON.parse(nerfstudioFile([front])) as { frames: { transform_matrix: number[][] }[] };
  expect(frames[0]!.transform_matrix[2]).toEqual([0, 0, 1, 5]);
});
