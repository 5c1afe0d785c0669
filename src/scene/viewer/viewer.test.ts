// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { PerspectiveCamera, Quaternion, Vector3 } from 'three';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { lookAtPose, ringViews, squareIntrinsics, toPositionQuaternion } from '../../camera';
import { ALL_OBJECTS, say, STANDARD_RENDER_SETTINGS, ZoetropeError, type Vec3, type ViewCapture } from '../../contract';
import { captureViews } from '../capture/capture-views';
import { within } from '../frames';
import { flipRows, isUniform } from '../render/picture';
import { cameraPose, placeCamera } from '../pose';
import type { SceneViewer } from './scene-viewer';
import { screenFov } from './screen';

const bounds = { min: [-1, 0, -2] as Vec3, max: [1, 1, 2] as Vec3 };

describe("three's camera", () => {
  const coordinate = fc.double({ min: -100, max: 100, noNaN: true });
  const point = fc.tuple(coordinate, coordinate, coordinate);

  it('stands where the pose says, and says the same pose again', () => {
    fc.assert(
      fc.property(point, point, (from, to) => {
        fc.pre(new Vector3(...from).distanceTo(new Vector3(...to)) > 0.01);
        const pose = lookAtPose(from, to);
        const camera = new PerspectiveCamera();
        placeCamera(camera, pose, squareIntrinsics(pose, bounds, 768));
        expect(cameraPose(camera, new Vector3(...to))).toEqual(pose);
        const { position, quaternion } = toPositionQuaternion(pose.cameraToWorld);
        expect(camera.position.distanceTo(new Vector3(...position))).toBeLessThan(1e-9);
        expect(Math.abs(camera.quaternion.dot(new Quaternion(...quaternion)))).toBeCloseTo(1, 6);
      }),
    );
  });

  it('has the picture as the largest square in the middle of the screen', () => {
    expect(screenFov(2)).toBe(45);
    expect(screenFov(1)).toBe(45);
    // Twice as high as wide: the tangent of half the angle doubles.
    expect(Math.tan((screenFov(0.5) * Math.PI) / 360)).toBeCloseTo(2 * Math.tan((45 * Math.PI) / 360));
  });
});

describe('pixels', () => {
  it('are turned top row first', () => {
    const rows = new Uint8Array([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 6, 6, 6, 6]);
    expect([...flipRows(rows, 2, 3)]).toEqual([5, 5, 5, 5, 6, 6, 6, 6, 3, 3, 3, 3, 4, 4, 4, 4, 1, 1, 1, 1, 2, 2, 2, 2]);
    expect(flipRows(flipRows(rows, 2, 3), 2, 3)).toEqual(rows);
  });

  it('are known to be blank', () => {
    expect(isUniform(new Uint8Array(64))).toBe(true);
    const almost = new Uint8Array(64).fill(200);
    expect(isUniform(almost)).toBe(true);
    almost[62] = 199;
    expect(isUniform(almost)).toBe(false);
  });
});

describe('captureViews', () => {
  beforeAll(() => void vi.stubGlobal('document', { visibilityState: 'hidden' }));
  afterAll(() => void vi.unstubAllGlobals());

  const views = ringViews({ bounds, count: 5, size: 16 });
  const order = { source: 'chair', sceneHash: 'a'.repeat(64), views };
  const viewer = (capture: (n: number) => Uint8Array = () => new Uint8Array(16 * 16 * 4)) => {
    let n = 0;
    return {
      capture: () => Promise.resolve(capture(n++)),
      renderSettings: STANDARD_RENDER_SETTINGS,
      shownObjects: ALL_OBJECTS,
    } as unknown as SceneViewer;
  };

  it('hands every view over in order, with its facts, and says how far it is', async () => {
    const progress: number[] = [];
    const handed: ViewCapture[] = [];
    const ids = await captureViews(viewer(), { ...order, onProgress: ({ done }) => progress.push(done) }, (view) => {
      handed.push(view);
      return Promise.resolve(`id-${view.index}`);
    });
    expect(ids).toEqual(['id-0', 'id-1', 'id-2', 'id-3', 'id-4']);
    expect(progress).toEqual([0, 1, 2, 3, 4, 5]);
    expect(handed.map(({ pose }) => pose)).toEqual(views.map(({ pose }) => pose));
    expect(
      handed.every(({ count, strategy, source }) => count === 5 && strategy === 'ring' && source === 'chair'),
    ).toBe(true);
  });

  it('stops between two views when it is cancelled', async () => {
    const stop = new AbortController();
    const handed: number[] = [];
    const job = captureViews(viewer(), { ...order, signal: stop.signal }, ({ index }) => {
      handed.push(index);
      if (index === 1) stop.abort();
      return Promise.resolve();
    });
    await expect(job).rejects.toMatchObject({ code: 'cancelled' });
    expect(handed).toEqual([0, 1]);
  });

  it('goes no further than a view that fails', async () => {
    const broken = viewer((n) => {
      if (n === 2) throw new ZoetropeError('capture-failed', say`no`, say`no`);
      return new Uint8Array(4);
    });
    const handed: number[] = [];
    const job = captureViews(broken, order, ({ index }) => Promise.resolve(handed.push(index)));
    await expect(job).rejects.toMatchObject({ code: 'capture-failed' });
    expect(handed).toEqual([0, 1]);
  });
});

describe('within', () => {
  const slow = () => new ZoetropeError('not-a-scene', say`slow`, say`wait`);

  it('gives up work that never ends, and tells it so', async () => {
    const giveUp = vi.fn();
    await expect(within(new Promise(() => undefined), { ms: 5, error: slow, giveUp })).rejects.toThrow('slow');
    expect(giveUp).toHaveBeenCalledOnce();
  });

  it('gives up on a cancellation, and not on work that is done', async () => {
    const stop = new AbortController();
    const job = within(new Promise(() => undefined), { ms: 5000, error: slow, signal: stop.signal });
    stop.abort();
    await expect(job).rejects.toMatchObject({ code: 'cancelled' });
    await expect(within(Promise.resolve(7), { ms: 5, error: slow })).resolves.toBe(7);
  });
});
