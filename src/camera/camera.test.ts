// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CameraPose, Intrinsics, type Vec3 } from '../contract';
import {
  boundsCentre,
  boundsCorners,
  clipRange,
  flipConvention,
  fromPositionQuaternion,
  fromWorldToCameraCv,
  invertRigid,
  isUsableBounds,
  lookAtPose,
  poseAzimuth,
  poseElevation,
  posePosition,
  project,
  ringPoses,
  ringViews,
  toPositionQuaternion,
  toWorldToCameraCv,
  type Bounds,
} from './index';
import { column } from './pose';
import { cross, dot, length, subtract } from './vector';

const coordinate = fc.double({ min: -1000, max: 1000, noNaN: true });
const point = fc.tuple(coordinate, coordinate, coordinate);
const side = fc.oneof(fc.constant(0), fc.double({ min: 1e-3, max: 1000, noNaN: true }));
const box: fc.Arbitrary<Bounds> = fc
  .tuple(point, side, side, side)
  .map(([min, x, y, z]) => ({ min, max: [min[0] + x, min[1] + y, min[2] + z] as Vec3 }));
const pose = fc
  .tuple(point, point, point)
  .filter(([from, to, up]) => length(subtract(from, to)) > 1e-3 && length(up) > 1e-3)
  .map(([from, to, up]) => lookAtPose(from, to, up));
const ring = fc.record({
  bounds: box,
  count: fc.integer({ min: 1, max: 24 }),
  elevationDeg: fc.double({ min: -80, max: 80, noNaN: true }),
  fovY: fc.double({ min: 20, max: 100, noNaN: true }),
  startAzimuth: fc.oneof(fc.constant(0), fc.double({ min: -720, max: 720, noNaN: true })),
  margin: fc.double({ min: 0, max: 0.5, noNaN: true }),
});

function expectClose(actual: readonly number[], expected: readonly number[], tolerance = 1e-9): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, i) => {
    const wanted = expected[i] ?? NaN;
    expect(Math.abs(value - wanted)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(wanted)));
  });
}

describe('lookAtPose', () => {
  it('makes a right-handed frame that has the target straight ahead', () => {
    fc.assert(
      fc.property(pose, (made) => {
        const [x, y, z] = [0, 1, 2].map((i) => column(made.cameraToWorld, i as 0 | 1 | 2)) as [Vec3, Vec3, Vec3];
        expectClose([length(x), length(y), length(z), dot(x, y), dot(y, z)], [1, 1, 1, 0, 0]);
        expectClose(cross(x, y), z);
        const seen = project(made, { fovY: 45, width: 1, height: 1 }, made.target);
        expectClose([seen.x, seen.y], [0, 0], 1e-6);
        expect(seen.depth).toBeGreaterThan(0);
        expect(CameraPose.safeParse(made).success).toBe(true);
      }),
    );
  });

  it('has an answer when it looks straight along up, and when it stands on its target', () => {
    for (const [from, to] of [
      [
        [0, 5, 0],
        [0, 0, 0],
      ],
      [
        [0, -5, 0],
        [0, 0, 0],
      ],
      [
        [1, 1, 1],
        [1, 1, 1],
      ],
    ] as [Vec3, Vec3][]) {
      const x = column(lookAtPose(from, to).cameraToWorld, 0);
      expect(length(x)).toBeCloseTo(1);
    }
    // From above, the front (+z) of a glTF object is at the bottom of the picture.
    const above = lookAtPose([0, 5, 0], [0, 0, 0]);
    expect(project(above, { fovY: 45, width: 1, height: 1 }, [0, 0, 1]).y).toBeLessThan(0);
    expect(poseAzimuth(above)).toBeCloseTo(0);
    expect(poseElevation(above)).toBeCloseTo(90);
  });
});

describe('conventions', () => {
  it('go there and back: position and quaternion, OpenCV, COLMAP, inverse', () => {
    fc.assert(
      fc.property(pose, ({ cameraToWorld }) => {
        const { position, quaternion } = toPositionQuaternion(cameraToWorld);
        expect(Math.hypot(...quaternion)).toBeCloseTo(1);
        expectClose(fromPositionQuaternion(position, quaternion), cameraToWorld);
        expectClose(flipConvention(flipConvention(cameraToWorld)), cameraToWorld);
        expectClose(fromWorldToCameraCv(toWorldToCameraCv(cameraToWorld)), cameraToWorld, 1e-8);
        expectClose(invertRigid(invertRigid(cameraToWorld)), cameraToWorld, 1e-8);
      }),
    );
  });

  it('turn every rotation back into its own quaternion', () => {
    const part = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.tuple(part, part, part, part).filter((q) => Math.hypot(...q) > 0.1),
        (raw) => {
          const size = Math.hypot(...raw) * (raw[3] < 0 ? -1 : 1);
          const unit = raw.map((v) => v / size) as [number, number, number, number];
          const back = toPositionQuaternion(fromPositionQuaternion([1, 2, 3], unit)).quaternion;
          const same = Math.abs(unit.reduce((sum, v, i) => sum + v * (back[i] ?? 0), 0));
          expect(same).toBeCloseTo(1, 9);
        },
      ),
    );
  });

  it('OpenCV has y down and looks along +z', () => {
    const { cameraToWorld } = lookAtPose([0, 0, 5], [0, 0, 0]);
    expectClose(column(cameraToWorld, 2), [0, 0, 1]);
    expectClose(column(flipConvention(cameraToWorld), 2), [0, 0, -1]);
    expectClose(column(flipConvention(cameraToWorld), 1), [0, -1, 0]);
    // COLMAP: a point 5 ahead has depth +5.
    expect(toWorldToCameraCv(cameraToWorld)[11]).toBeCloseTo(5);
  });
});

describe('ringPoses', () => {
  it('has all eight corners of the box inside every picture, between near and far', () => {
    fc.assert(
      fc.property(ring, (options) => {
        for (const { pose: made, intrinsics } of ringViews({ ...options, size: 768 })) {
          expect(Intrinsics.safeParse(intrinsics).success).toBe(true);
          for (const corner of boundsCorners(options.bounds)) {
            const seen = project(made, intrinsics, corner);
            const edge = 1 - options.margin + 1e-6;
            expect(Math.abs(seen.x)).toBeLessThanOrEqual(edge);
            expect(Math.abs(seen.y)).toBeLessThanOrEqual(edge);
            expect(seen.depth).toBeGreaterThan(intrinsics.near);
            expect(seen.depth).toBeLessThan(intrinsics.far);
          }
        }
      }),
    );
  });

  it('is no farther away than it must be: some drum fills the picture', () => {
    const bounds: Bounds = { min: [-1, -1, -1], max: [1, 1, 1] };
    const best = Math.max(
      ...ringPoses({ bounds, count: 360, margin: 0 }).flatMap((made) =>
        boundsCorners(bounds).flatMap((corner) => {
          const seen = project(made, { fovY: 45, width: 1, height: 1 }, corner);
          return [Math.abs(seen.x), Math.abs(seen.y)];
        }),
      ),
    );
    expect(best).toBeGreaterThan(0.99);
  });

  it('is the same every time, evenly spaced and in order of azimuth', () => {
    fc.assert(
      fc.property(ring, (options) => {
        const poses = ringPoses(options);
        expect(ringPoses(options)).toEqual(poses);
        expect(poses).toHaveLength(options.count);
        const centre = boundsCentre(options.bounds);
        poses.forEach((made, i) => {
          const turned = poseAzimuth(made) - options.startAzimuth - (360 * i) / options.count;
          expect(Math.abs(turned - 360 * Math.round(turned / 360))).toBeLessThan(1e-3);
          expect(poseElevation(made)).toBeCloseTo(options.elevationDeg, 3);
          expect(made.target).toEqual(centre);
        });
        if (options.startAzimuth === 0) {
          const azimuths = poses.map(poseAzimuth);
          expect(azimuths).toEqual([...azimuths].sort((a, b) => a - b));
        }
      }),
    );
  });

  it('keeps its distance whatever the number of cameras', () => {
    fc.assert(
      fc.property(ring, (options) => {
        const distance = (count: number) => {
          const [first] = ringPoses({ ...options, count });
          return first ? length(subtract(posePosition(first), first.target)) : NaN;
        };
        expectClose([distance(1)], [distance(7)], 1e-6);
      }),
    );
  });

  it('starts on the +z side and goes towards +x', () => {
    const poses = ringPoses({ bounds: { min: [-1, 0, -1], max: [1, 1, 1] }, count: 4 });
    expect(poses.map((made) => Math.round(poseAzimuth(made)))).toEqual([0, 90, 180, 270]);
    expect(poses[0] && posePosition(poses[0])[2]).toBeGreaterThan(2);
    expect(poses[1] && posePosition(poses[1])[0]).toBeGreaterThan(2);
  });
});

describe('clipRange', () => {
  it('is usable from anywhere, inside the box too', () => {
    fc.assert(
      fc.property(box, pose, (bounds, made) => {
        const { near, far } = clipRange(made, bounds);
        expect(near).toBeGreaterThan(0);
        expect(far).toBeGreaterThan(near);
      }),
    );
  });
});

describe('isUsableBounds', () => {
  it('refuses what no camera can be placed round', () => {
    expect(isUsableBounds({ min: [0, 0, 0], max: [0, 0, 0] })).toBe(true);
    expect(isUsableBounds({ min: [0, 0, 0], max: [NaN, 1, 1] })).toBe(false);
    expect(isUsableBounds({ min: [Infinity, 0, 0], max: [-Infinity, 0, 0] })).toBe(false);
  });
});
