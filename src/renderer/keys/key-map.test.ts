// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { actionOf, ACTIONS, given, keyOf, meant, reset, type ActionId, type KeyChanges } from './key-map';
import { keyName, shownKey } from './key-name';

const press = (key: string, held: Partial<Record<'ctrlKey' | 'altKey' | 'shiftKey' | 'metaKey', boolean>> = {}) =>
  keyName({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });

it('names keys', () => {
  expect(press('s')).toBe('S');
  expect(press('S', { shiftKey: true })).toBe('Shift+S');
  expect(press('?', { shiftKey: true })).toBe('?');
  expect(press(' ')).toBe('Space');
  expect(press('z', { ctrlKey: true, shiftKey: true })).toBe('Mod+Shift+Z');
  expect(press('ArrowLeft', { shiftKey: true })).toBe('Shift+ArrowLeft');
  expect(press('Shift', { shiftKey: true })).toBeNull();
  expect(shownKey('Mod+Shift+Z')).toBe('Ctrl+Shift+Z');
  expect(shownKey('Mod++')).toBe('Ctrl++');
  expect(shownKey('Space', '空格')).toBe('空格');
});

it('has each key once to begin with', () => {
  expect(new Set(ACTIONS.map(({ key }) => key)).size).toBe(ACTIONS.length);
  for (const { id, key } of ACTIONS) expect(meant(key, {})).toBe(key && keyOf(id, {}));
});

it('a key that was given away means nothing, or what it was given to', () => {
  const changes = given('sample', 'T', {});
  expect(meant('T', changes)).toBe('S');
  expect(meant('S', changes)).toBeNull();
  const swapped = given('denser', 'S', changes);
  expect(meant('S', swapped)).toBe('D');
  expect(meant('X', swapped)).toBe('X');
});

it('never lets two actions have one key, and finds the way back', () => {
  const id = fc.constantFrom(...ACTIONS.map((action) => action.id));
  const step = fc.record({ id, key: fc.constantFrom('T', 'Y', ...ACTIONS.map(({ key }) => key)), back: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let changes: KeyChanges = {};
      for (const { id: action, key, back } of steps) {
        changes = back ? reset(action, changes) : given(action, key, changes);
        expect(keyOf(action, changes)).toBe(back ? ACTIONS.find((a) => a.id === action)!.key : key);
        const keys = ACTIONS.map((a) => keyOf(a.id, changes)).filter((k) => k !== '');
        expect(new Set(keys).size).toBe(keys.length);
        for (const k of keys) expect(keyOf(actionOf(k, changes) as ActionId, changes)).toBe(k);
      }
      for (const { id: action } of ACTIONS) changes = reset(action, changes);
      expect(changes).toEqual({});
    }),
  );
});
