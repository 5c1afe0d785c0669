// SPDX-License-Identifier: Apache-2.0
import { saturationProbe } from './graph';
import type { GraphSource } from './graph';
import type { OnnxSession } from './session';

/** Sizes of the probe. It multiplies the largest values (255 and 127): a sum of two products already overflows 16 bits. */
const [ROWS, WIDTH, COLUMNS] = [8, 64, 32];
const EXPECTED = WIDTH * 255 * 127;

/**
 * Whether this processor multiplies unsigned by signed 8-bit numbers exactly. Without VNNI or AMX, x86 adds pairs of
 * products in 16 bits, which overflow; ONNX Runtime must then be told to use a slower method. That method halves the
 * speed on processors that do not need it, so one product is tried.
 * @param open opens a graph with the session's usual settings, without the slower method.
 */
export async function productsAreExact(open: (graph: GraphSource) => Promise<OnnxSession>): Promise<boolean> {
  if (process.arch !== 'x64') return true;
  const session = await open({ path: 'probe', bytes: saturationProbe(WIDTH, COLUMNS, 127) });
  try {
    const { y } = await session.run({
      x: { type: 'uint8', shape: [ROWS, WIDTH], data: new Uint8Array(ROWS * WIDTH).fill(255) },
    });
    return (y!.data as Int32Array).every((sum) => sum === EXPECTED);
  } finally {
    await session.dispose();
  }
}
