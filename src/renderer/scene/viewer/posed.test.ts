import fc from 'fast-check';
import { Vector3 } from 'three';
import { expect, it } from 'vitest';
import { lookAtPose, project } from '../../../capture';
import { UpAxis } from '../../../contract';
import { turnCameras, type Photograph } from './posed';
import { chooseEvenly } from './take-photographs';
import { turnUp } from './up';

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
