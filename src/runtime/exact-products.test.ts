// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { productsAreExact } from './exact-products';
import { loadOrt, openNativeSession } from './native';
import { openNodeSession } from './node/session';
import type { GraphSource } from './graph';
import type { OnnxSession } from './session';

it.each(['native', 'node'])(
  'with care, products of 8-bit numbers are exact in the %s runtime on every processor',
  async (runtime) => {
    const open = (graph: GraphSource) =>
      runtime === 'native'
        ? openNativeSession(loadOrt(), graph, { carefulProducts: true })
        : openNodeSession(graph, { carefulProducts: true });
    expect(await productsAreExact(open)).toBe(true);
  },
);

it('a processor whose sums overflow is found out', async () => {
  const saturating = {
    run: () => Promise.resolve({ y: { type: 'int32', shape: [8, 32], data: new Int32Array(256).fill(32 * 32767) } }),
    dispose: () => Promise.resolve(),
  } as unknown as OnnxSession;
  expect(await productsAreExact(() => Promise.resolve(saturating))).toBe(process.arch !== 'x64');
});
