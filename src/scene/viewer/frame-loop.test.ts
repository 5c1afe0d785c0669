// SPDX-License-Identifier: Apache-2.0
import { Group } from 'three';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cloudObject } from '../formats/points';
import { FrameLoop } from './frame-loop';

const frames: ((now: number) => void)[] = [];
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('requestAnimationFrame', (frame: (now: number) => void) => frames.push(frame));
  vi.stubGlobal('cancelAnimationFrame', () => frames.splice(0));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  frames.length = 0;
});

const next = (now: number) => frames.splice(0).forEach((frame) => frame(now));

describe('the frame loop', () => {
  it('makes one picture of several changes, and goes on while the camera moves', () => {
    const steps: number[] = [];
    let drawn = 0;
    const loop = new FrameLoop(
      (seconds) => steps.push(seconds) < 3,
      () => drawn++,
    );
    loop.request();
    loop.request();
    expect(frames).toHaveLength(1);
    for (const now of [1000, 1020, 1050]) next(now);
    expect(steps).toEqual([1 / 60, 0.02, 0.03]);
    expect(drawn).toBe(3);
    expect(frames).toHaveLength(0);
  });

  it('draws less of a large cloud while a slow card moves, and all of it at rest', () => {
    const count = 600_000;
    const cloud = cloudObject({ positions: new Float32Array(3 * count), colours: new Uint8Array(3 * count) }, 'y', 'a');
    let moving = true;
    const drawn: number[] = [];
    const loop = new FrameLoop(
      () => moving,
      () => drawn.push(cloud.geometry.drawRange.count),
    );
    loop.setContent(new Group().add(cloud));
    loop.request();
    next(1000);
    next(1500);
    moving = false;
    next(2000);
    expect(drawn[0]).toBe(count);
    expect(drawn[1]).toBeLessThan(count);
    expect(drawn[2]).toBeLessThan(count);
    vi.runAllTimers();
    expect(drawn.at(-1)).toBe(count);
  });

  it('draws no more once it is stopped', () => {
    const draw = vi.fn();
    const loop = new FrameLoop(() => false, draw);
    loop.request();
    loop.stop();
    loop.request();
    next(1000);
    expect(draw).not.toHaveBeenCalled();
  });
});
