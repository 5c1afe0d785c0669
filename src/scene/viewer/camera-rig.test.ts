// SPDX-License-Identifier: Apache-2.0
import { PerspectiveCamera } from 'three';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { lookAtPose, VIEW_FOV } from '../../camera';
import type { Vec3 } from '../../contract';
import { CameraRig } from './camera-rig';

const bounds = { min: [-1, 0, -1] as Vec3, max: [1, 2, 1] as Vec3 };
const there = lookAtPose([4, 3, 2], [0, 1, 0]);

beforeAll(() => void vi.stubGlobal('DOMRect', class {})); // a browser class; the controls create one
afterAll(() => void vi.unstubAllGlobals());

function made({ still = false } = {}) {
  const camera = new PerspectiveCamera();
  const rig = new CameraRig(camera, null, () => still, { onInput: () => undefined, onSpeed: () => undefined });
  rig.frame(bounds);
  return { camera, rig };
}
const far = (a: readonly number[], b: readonly number[]) => Math.max(...a.map((n, k) => Math.abs(n - b[k]!)));

describe('the camera rig', () => {
  it('flies to a pose and lens in under 200 ms', () => {
    const { rig } = made();
    rig.flyTo(there, 30);
    expect(rig.fovY).toBe(30);
    expect(rig.update(1 / 60)).toBe(true);
    expect(far(rig.pose.cameraToWorld, there.cameraToWorld)).toBeGreaterThan(0.1);
    for (let frame = 1; frame < 12; frame++) rig.update(1 / 60);
    expect(far(rig.pose.cameraToWorld, there.cameraToWorld)).toBeLessThan(0.1);
    for (let frame = 0; frame < 60; frame++) rig.update(1 / 60);
    expect(far(rig.pose.cameraToWorld, there.cameraToWorld)).toBeLessThan(1e-3);
    expect(rig.update(1 / 60)).toBe(false);
  });

  it('is there at once with reduced motion', () => {
    const { camera, rig } = made({ still: true });
    rig.flyTo(there, 30);
    rig.update(0);
    expect(far(rig.pose.cameraToWorld, there.cameraToWorld)).toBeLessThan(1e-9);
    rig.project(1, bounds);
    expect(camera.fov).toBe(30);
  });

  it('follows another camera, and tells whether that one has moved', () => {
    const { rig } = made();
    expect(rig.follow(there, 40)).toBe(true);
    expect(rig.follow(there, 40)).toBe(false);
    expect(rig.follow(there, 41)).toBe(true);
    rig.update(0);
    expect(far(rig.pose.cameraToWorld, there.cameraToWorld)).toBeLessThan(1e-9);
  });

  it('draws a high screen with the square of its lens in the middle, and the scene between near and far', () => {
    const { camera, rig } = made();
    rig.update(0);
    rig.project(0.5, bounds);
    expect(Math.tan((camera.fov * Math.PI) / 360)).toBeCloseTo(2 * Math.tan((VIEW_FOV * Math.PI) / 360));
    expect(camera.near).toBeGreaterThan(0);
    expect(camera.far).toBeGreaterThan(camera.near);
    expect(camera.projectionMatrix.elements[5]).toBeCloseTo(1 / Math.tan((camera.fov * Math.PI) / 360));
  });
});
