// SPDX-License-Identifier: Apache-2.0
/** Building blocks shared by both transformers. */

import type { Format } from '../graphs';
import { FLOAT, INT64, type GraphWriter } from './graph';
import type { ModelWeights } from './weights';

/** The graph values that hold a tensor in 8 bits: value = (code - zero) x step x largest. */
export interface Activation {
  codes: string;
  step: string;
  zero: string;
  /** Each token's largest magnitude, [..., 1]. */
  largest: string;
}

/** A graph being written, the weights it is written from, and the format of its matrices. */
export interface Compilation {
  graph: GraphWriter;
  weights: ModelWeights;
  format: Format;
  /** Values that already exist in 8 bits, by the name of the float value. */
  activations: Map<string, Activation>;
}

/** One tensor of the checkpoint as a weight of the graph, in floats. */
export async function tensor({ graph, weights }: Compilation, name: string, shape: number[]): Promise<string> {
  return graph.weight(name, FLOAT, shape, weights.stacked([{ name, shape }]));
}

export async function layerNorm(
  c: Compilation,
  x: string,
  name: string,
  width: number,
  epsilon: number,
): Promise<string> {
  const scale = await tensor(c, `${name}.weight`, [width]);
  const shift = await tensor(c, `${name}.bias`, [width]);
  return c.graph.node('LayerNormalization', [x, scale, shift], { axis: { int: -1 }, epsilon: { float: epsilon } });
}

/** GELU with the tanh approximation (SigLIP) or exact (the projector). */
export function gelu({ graph }: Compilation, x: string, kind: 'gelu' | 'gelu_tanh'): string {
  const out = graph.fresh('gelu');
  graph.contrib(kind === 'gelu' ? 'Gelu' : 'FastGelu', [x], [out]);
  return out;
}

/**
 * cos and sin of positions on several axes, [rows, frequencies].
 * @param positions whole numbers, [..., axes]. @param frequencies [axes, frequencies]; each belongs to one axis, the others
 *   are zero, so that the sum is exact.
 */
export function angles(
  { graph }: Compilation,
  positions: string,
  axes: number,
  frequencies: readonly number[],
): { cos: string; sin: string } {
  const width = frequencies.length / axes;
  const floats = graph.node('Cast', [positions], { to: { int: FLOAT } });
  const rows = graph.node('Reshape', [floats, graph.constant(INT64, [2], [-1, axes])]);
  const angle = graph.node('MatMul', [rows, graph.constant(FLOAT, [axes, width], [...frequencies])]);
  return { cos: graph.node('Cos', [angle]), sin: graph.node('Sin', [angle]) };
}

/** Rotates the heads of x [1, rows, heads x headDim]. @param cos [rows, headDim / 2]; sin too. */
export function rotated({ graph }: Compilation, x: string, cos: string, sin: string): string {
  const out = graph.fresh('rotated');
  // The tables hold this run's rows, so they are read from the first on.
  graph.contrib('RotaryEmbedding', [x, graph.constant(INT64, [1], [0]), cos, sin], [out], { interleaved: { int: 0 } });
  return out;
}

/** The columns `from` to `to` (exclusive) of x [batch, rows, width]. */
export function columns({ graph }: Compilation, x: string, from: number, to: number): string {
  const vector = (value: number): string => graph.constant(INT64, [1], [value]);
  return graph.node('Slice', [x, vector(from), vector(to), vector(2)]);
}
