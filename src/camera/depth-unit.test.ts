// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { depthSteps, depthUnit } from './index';

it('is a thousandth where that is fine enough and fits', () => {
  expect([0.7, 3, 12, 65].map(depthUnit)).toEqual([0.001, 0.001, 0.001, 0.001]);
  expect([0.2, 66, 655.35, 656, 40_000].map(depthUnit)).toEqual([0.00001, 0.01, 0.01, 0.1, 1]);
});

it('always fits, with 650 steps or more, and gives every depth back to half a step', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 1e9, noNaN: true }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (deepest, part) => {
        const unit = depthUnit(deepest);
        expect(deepest / unit).toBeLessThanOrEqual(65_535 * (1 + 1e-6));
        expect(deepest / unit).toBeGreaterThan(649);
        const depth = Float32Array.of(part * deepest, 0);
        const [step, nothing] = depthSteps(depth, unit);
        expect(nothing).toBe(0);
        expect(Math.abs(step! * unit - depth[0]!)).toBeLessThanOrEqual(0.51 * unit);
      },
    ),
  );
});
