import fc from 'fast-check';
import { expect, it } from 'vitest';
import { record, redo, undo, type History } from './history';

const start: History<number> = { past: [], present: 0, future: [] };

it('goes back and forth', () => {
  const two = record(record(start, 1), 2);
  const back = undo(two);
  expect(back?.present).toBe(1);
  expect(back && redo(back)).toEqual(two);
});

it('has nothing to undo at the beginning and nothing to redo at the end', () => {
  expect(undo(start)).toBeNull();
  expect(redo(record(start, 1))).toBeNull();
});

it('forgets the undone once something new happens', () => {
  const back = undo(record(start, 1));
  expect(back && record(back, 5).future).toEqual([]);
});

it('comes back to the start, whatever was done', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { maxLength: 90 }), (values) => {
      let h = values.reduce<History<number>>((at, value) => record(at, value), start);
      for (let back = undo(h); back; back = undo(h)) h = back;
      expect(h.present).toBe(0);
      expect(h.future).toEqual(values);
    }),
  );
});
