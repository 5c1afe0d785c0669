// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { engineDied } from './engine-death';

it('says that memory ran out where the system or the engine itself said so, and only there', () => {
  for (const [code, said] of [
    [9, ''],
    [137, ''],
    [-536870904, ''],
    [134, 'FATAL ERROR: invalid table size Allocation failed - JavaScript heap out of memory'],
    [6, "terminate called after throwing an instance of 'std::bad_alloc'"],
  ] as const) {
    const { code: kind, message, advice } = engineDied(code, said);
    expect([kind, message, advice]).toEqual([
      'engine-crashed',
      expect.stringContaining('memory ran out'),
      expect.stringContaining('fewer pictures'),
    ]);
  }
  expect(engineDied(5).message).toContain('probably because memory ran out');
  for (const death of [engineDied(11, 'Segmentation fault'), engineDied(1)])
    expect(death.message).not.toContain('memory');
});
