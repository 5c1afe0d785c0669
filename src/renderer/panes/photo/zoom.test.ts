// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstRectangle, percents, wholePixels, withValue } from './crop-edges';
import { bounded, fitted, panned, zoomedTo, type Pane } from './zoom';

const length = fc.integer({ min: 1, max: 12_000 });
const anyPane: fc.Arbitrary<Pane> = fc.record({
  photo: fc.record({ width: length, height: length }),
  box: fc.record({ width: fc.integer({ min: 50, max: 3000 }), height: fc.integer({ min: 50, max: 2000 }) }),
  full: fc.constantFrom(1, 0.5, 2 / 3),
});

describe('zoom', () => {
  it('keeps what is under the pointer where it is, as long as no edge comes into the pane', () => {
    const pane: Pane = { photo: { width: 4000, height: 3000 }, box: { width: 800, height: 600 }, full: 1 };
    const about = { x: 120, y: -80 };
    const zoom = zoomedTo({ scale: 0.5, x: 2000, y: 1500 }, 1, about, pane);
    expect([zoom.x + about.x / zoom.scale, zoom.y + about.y / zoom.scale]).toEqual([2240, 1340]);
    const [near, far] = [panned(zoom, 1e6, 0, pane), panned(zoom, 0, -1e6, pane)];
    expect([near.x, far.y]).toEqual([400, 2700]); // half of the pane from the edges
    expect(fitted({ ...pane, photo: { width: 40, height: 30 } }).scale).toBe(1); // a small one is not enlarged
  });

  it('never leaves empty space beside a photograph that is larger than the pane', () => {
    fc.assert(
      fc.property(
        anyPane,
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.nat(20_000),
        fc.nat(20_000),
        (pane, scale, x, y) => {
          const zoom = zoomedTo(bounded({ scale: fitted(pane).scale, x, y }, pane), scale, { x: 7, y: 9 }, pane);
          for (const [at, photo, box] of [
            [zoom.x, pane.photo.width, pane.box.width],
            [zoom.y, pane.photo.height, pane.box.height],
          ] as const) {
            const [from, to] = [at - box / zoom.scale / 2, at + box / zoom.scale / 2];
            const slack = 1e-6 * photo;
            expect(
              photo * zoom.scale <= box + slack
                ? Math.abs(at - photo / 2) <= slack
                : from >= -slack && to <= photo + slack,
            ).toBe(true);
          }
        },
      ),
    );
  });
});

describe('the rectangle of a crop', () => {
  const photo = { width: 1000, height: 700 };

  it('is in whole pixels inside the photograph, and unchanged by being shown', () => {
    fc.assert(
      fc.property(
        anyPane,
        fc.nat(12_000),
        fc.nat(12_000),
        fc.integer({ min: -50, max: 20_000 }),
        (pane, x, y, value) => {
          const zoom = bounded({ scale: pane.full, x, y }, pane);
          const first = firstRectangle(zoom, pane.photo, pane.box);
          const typed = withValue(first, 'width', Math.max(1, value), pane.photo);
          for (const one of [first, typed]) {
            expect(wholePixels(percents(one, pane.photo), pane.photo)).toEqual(one);
            expect(one.width > 0 && one.height > 0 && one.x >= 0 && one.y >= 0).toBe(true);
            expect(one.x + one.width <= pane.photo.width && one.y + one.height <= pane.photo.height).toBe(true);
          }
        },
      ),
    );
  });

  it('moves by a whole pixel for a key that moves it by less, and keeps its size', () => {
    const before = { x: 10, y: 20, width: 30, height: 40 };
    const moved = percents({ ...before, x: before.x + 1 / 8 }, photo);
    expect(wholePixels(moved, photo, before)).toEqual({ ...before, x: 11 });
    expect(wholePixels(moved, photo)).toEqual(before);
  });
});
