// SPDX-License-Identifier: Apache-2.0
/** Building blocks shared by both transformers. */

import type { Format } from '../graphs';
import { FLOAT, type GraphWriter } from './graph';
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
