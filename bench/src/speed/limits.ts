// SPDX-License-Identifier: Apache-2.0
/** The machine's own limits: the best that any program could reach on it. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '../../../src/contract';
import { FLOAT, GraphWriter, INT32, INT8, UINT8 } from '../../../src/model';

/** Measured rates, per second. */
export interface Limits {
  /** Bytes read from memory, measured by a vector-matrix product far larger than the caches. */
  memory: number;
  /** Floating-point operations in 32-bit matrix products. */
  floats: number;
  /** Operations in 8-bit matrix products. */
  integers: number;
}

/** A graph with one product, and the amount of work in a run. */
export interface LimitGraph {
  limit: keyof Limits;
  file: string;
  input: { name: string; type: 'float32' | 'uint8'; shape: [number, number] };
  /** In the unit of the limit. */
  work: number;
}

/** Rows of the matrix products: one chunk of a prompt. */
const ROWS = 512;

/** Writes the graphs. @param scale 1 for a measurement, less for a test. */
export async function writeLimitGraphs(dir: string, scale: number): Promise<LimitGraph[]> {
  await mkdir(dir, { recursive: true });
  const width = Math.max(32, Math.round(1024 * scale));
  const wide = Math.max(32, Math.round(4096 * scale));
  const long = Math.max(64, Math.round(16_384 * scale));
  return [
    await floats(dir, 'memory', 1, wide, long),
    await floats(dir, 'floats', ROWS, width, wide),
    await integers(dir, ROWS, width, wide),
  ];
}

async function floats(
  dir: string,
  limit: 'memory' | 'floats',
  rows: number,
  inner: number,
  columns: number,
): Promise<LimitGraph> {
  const file = `${limit}.onnx`;
  const graph = await GraphWriter.create(dir, file, () => undefined);
  graph.input('x', FLOAT, [rows, inner]);
  const random = seededRandom(3);
  const row = Float32Array.from({ length: columns }, () => random() - 0.5);
  const matrix = await graph.weight(
    'matrix',
    FLOAT,
    [inner, columns],
    Array.from({ length: inner }, () => row),
  );
  graph.node('MatMul', ['x', matrix], {}, 'y');
  graph.output('y', FLOAT, [rows, columns]);
  await graph.finish();
  return {
    limit,
    file: join(dir, file),
    input: { name: 'x', type: 'float32', shape: [rows, inner] },
    work: limit === 'memory' ? 4 * inner * columns : 2 * rows * inner * columns,
  };
}

async function integers(dir: string, rows: number, inner: number, columns: number): Promise<LimitGraph> {
  const file = 'integers.onnx';
  const graph = await GraphWriter.create(dir, file, () => undefined);
  graph.input('x', UINT8, [rows, inner]);
  const random = seededRandom(4);
  const row = Int8Array.from({ length: columns }, () => Math.floor(random() * 255) - 127);
  const matrix = await graph.weight(
    'matrix',
    INT8,
    [inner, columns],
    Array.from({ length: inner }, () => row),
  );
  graph.node('MatMulInteger', ['x', matrix, graph.constant(UINT8, [], [128])], {}, 'y');
  graph.output('y', INT32, [rows, columns]);
  await graph.finish();
  return {
    limit: 'integers',
    file: join(dir, file),
    input: { name: 'x', type: 'uint8', shape: [rows, inner] },
    work: 2 * rows * inner * columns,
  };
}
