// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Kept } from './kept';

it('never holds more than it may, holds what came last, and lets go of each thing once', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30)), fc.integer({ min: 1, max: 8 }), (keys, most) => {
      const gone: object[] = [];
      const kept = new Kept<{ key: number }>(most, (thing) => gone.push(thing));
      const made = keys.map((key) => ({ key }));
      made.forEach((thing) => kept.put(thing.key, thing));
      const last = [...new Set([...keys].reverse())].slice(0, most);
      expect(kept.all().map(({ key }) => key)).toEqual(last.reverse());
      expect(new Set([...gone, ...kept.all()]).size).toBe(made.length);
      kept.clear();
      expect([kept.all(), new Set(gone).size, gone.length]).toEqual([[], made.length, made.length]);
    }),
  );
});
