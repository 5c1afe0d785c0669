// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { type Points, Vector3 } from 'three';
import { expect, it } from 'vitest';
import { cameraInFile, cameraInScene, colmapFiles, lookAtPose, poseInScene, project } from '../../camera';
import { UpAxis, type Vec3 } from '../../contract';
import type { SceneFiles } from '../files/scene-files';
import { loadPosed, turnCameras, type Photograph } from './posed';
import { chooseEvenly } from '../capture/capture-photographs';
import { fileToScene, turnUp } from './up';

const coordinate = fc.double({ min: -50, max: 50, noNaN: true });
const point = fc.tuple(coordinate, coordinate, coordinate);

it('turns cameras and scene together: what a camera saw, it sees where it saw it', () => {
  fc.assert(
    fc.property(point, point, point, fc.constantFrom(...UpAxis.options), (from, to, seen, up) => {
      fc.pre(new Vector3(...from).distanceTo(new Vector3(...to)) > 0.1);
      const pose = lookAtPose(from, to);
      const lens = { fx: 10, fy: 10, cx: 5, cy: 5, width: 10, height: 10, distorted: false };
      const [turned] = turnCameras(
        [{ name: 'a.jpg', pose, lens, read: () => Promise.reject(new Error('not asked for')) } satisfies Photograph],
        up,
        3,
      );
      const before = project(pose, { fovY: 40, width: 10, height: 10 }, seen);
      fc.pre(Math.abs(before.depth) > 0.1);
      const after = project(
        turned!.pose,
        { fovY: 40, width: 10, height: 10 },
        new Vector3(...seen).applyQuaternion(turnUp(up)).toArray(),
      );
      expect(after.depth).toBeCloseTo(before.depth, 6);
      expect(Math.abs(after.x - before.x)).toBeLessThan(1e-6 * (1 + Math.abs(before.x)));
      expect(project(turned!.pose, { fovY: 40, width: 10, height: 10 }, turned!.pose.target)).toMatchObject({
        depth: expect.closeTo(3, 6) as number,
      });
    }),
  );
});

it('chooses evenly, ends included', () => {
  expect(chooseEvenly([0, 1, 2, 3, 4, 5, 6, 7, 8], 3)).toEqual([0, 4, 8]);
  expect(chooseEvenly([0, 1, 2], 5)).toEqual([0, 1, 2]);
  expect(chooseEvenly([7, 8, 9], 1)).toEqual([7]);
});

it('cameras of a survey keep their millimetres, and so do the points they were found with', async () => {
  const seen: Vec3 = [451000.123, 5412000.456, 100.25];
  const pose = lookAtPose([451003.001, 5412000.002, 102], seen);
  const intrinsics = { fovY: 40, width: 10, height: 10 };
  const texts: Record<string, string> = {
    ...colmapFiles([{ file: 'a.jpg', cameraToWorld: pose.cameraToWorld, intrinsics }]),
    'points3D.txt': `1 ${seen.join(' ')} 9 9 9 0\n`,
  };
  const bytesOf = (name: string) => new TextEncoder().encode(texts[name]);
  const files = {
    title: 'a',
    main: 'cameras.txt',
    names: [...Object.keys(texts), 'a.jpg'],
    missing: new Set<string>(),
    find: (name: string) => Promise.resolve(bytesOf(name)),
    named: (name: string) => [name],
    resolve: (name: string) => name,
  } as unknown as SceneFiles;
  const { root, photographs, from } = await loadPosed(bytesOf('cameras.txt'), files);
  expect(from).toEqual([450560, 5410816, 0]);
  const [cloud] = root.children as Points[];
  const point = new Vector3().fromBufferAttribute(cloud!.geometry.getAttribute('position'), 0).toArray();
  const depth = Math.hypot(...seen.map((n, axis) => n - [451003.001, 5412000.002, 102][axis]!));
  expect(project(photographs[0]!.pose, intrinsics, point)).toMatchObject({
    x: expect.closeTo(0, 3) as number,
    y: expect.closeTo(0, 3) as number,
    depth: expect.closeTo(depth, 3) as number,
  });
});

it('a camera stands in a turned and recentred scene as in its file, there and back', () => {
  fc.assert(
    fc.property(point, point, point, fc.constantFrom(...UpAxis.options), (from, to, seen, up) => {
      fc.pre(new Vector3(...from).distanceTo(new Vector3(...to)) > 0.1);
      const origin: Vec3 = [4096, -8192, 0];
      const inFile = lookAtPose(from, to);
      const way = fileToScene(up, origin);
      const inScene = cameraInScene(inFile.cameraToWorld, way);
      const shown = new Vector3(...seen).sub(new Vector3(...origin)).applyQuaternion(turnUp(up));
      const lens = { fovY: 40, width: 10, height: 10 };
      const before = project(inFile, lens, seen);
      fc.pre(Math.abs(before.depth) > 0.1);
      const after = project({ ...inFile, cameraToWorld: [...inScene] }, lens, shown.toArray());
      expect(after.depth).toBeCloseTo(before.depth, 6);
      expect(Math.abs(after.x - before.x)).toBeLessThan(1e-6 * (1 + Math.abs(before.x)));
      cameraInFile(inScene, way).forEach((n, k) => expect(n).toBeCloseTo(inFile.cameraToWorld[k]!, 9));
      // Beside another scene its coordinates are relative to another origin.
      const beside = fileToScene(up, [0, 4096, 0]);
      const pose = { cameraToWorld: [...inScene], target: shown.toArray() };
      const moved = poseInScene({ pose, fileToScene: way }, beside);
      cameraInScene(inFile.cameraToWorld, beside).forEach((n, k) => expect(moved.cameraToWorld[k]).toBeCloseTo(n, 8));
      expect(poseInScene({ pose }, beside)).toBe(pose);
    }),
  );
  expect(fileToScene('y', [0, 0, 0])).toBeUndefined();
});
