// SPDX-License-Identifier: Apache-2.0
import { saturationProbe } from './graph';
import type { GraphSource } from './graph';
import type { OnnxSession } from './session';

/** Of 0..255 times -128..127, the largest sum that the probe can give: it overflows 16 bits early. */
const [ROWS, WIDTH, COLUMNS] = [8, 64, 32];
const EXPECTED = WIDTH * 255 * 127;

/**
 * Whether this processor's products of unsigned and signed 8-bit numbers are exact. Without VNNI or AMX, x86 adds pairs
 * of them in 16 bits, which overflow; ONNX Runtime then has to be told to take a slower way. It takes half the speed on
 * processors that need no such care, so one product is tried.
 * @param open opens a graph as it is meant to run, without that care.
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
