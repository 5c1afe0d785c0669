/** The pieces that both transformers are built of. */

import type { ModelWeights, Weight } from './weights';
import type { GraphWriter } from './graph';

/** A graph being written and the weights it is written from. */
export interface Compilation {
  graph: GraphWriter;
  weights: ModelWeights;
}

/**
 * y = x W^T + b with torch's own weight layout [out, in]: FusedMatMul transposes as it multiplies, so that a weight
 * is copied to disk as it is, without turning it in memory.
 * @param names tensors (without `.weight`/`.bias`) and their numbers of outputs; several are stacked into one product.
 */
export async function linear(
  { graph, weights }: Compilation,
  x: string,
  width: number,
  names: { name: string; outputs: number }[],
  bias: boolean,
): Promise<string> {
  const label = names.map((n) => n.name).join('+');
  const total = names.reduce((sum, n) => sum + n.outputs, 0);
  const matrices: Weight[] = names.map((n) => ({ name: `${n.name}.weight`, shape: [n.outputs, width] }));
  const matrix = await graph.weight(`${label}.weight`, [total, width], weights.stacked(matrices));
  const product = graph.fresh('linear');
  graph.contrib('FusedMatMul', [x, matrix], [product], { transB: { int: 1 } });
  if (!bias) return product;
  const biases: Weight[] = names.map((n) => ({ name: `${n.name}.bias`, shape: [n.outputs] }));
  const vector = await graph.weight(`${label}.bias`, [total], weights.stacked(biases));
  return graph.node('Add', [product, vector]);
}

/** One tensor of the checkpoint as a weight of the graph. */
export async function tensor({ graph, weights }: Compilation, name: string, shape: number[]): Promise<string> {
  return graph.weight(name, shape, weights.checkpoint.read(name, shape));
}

export async function layerNorm(c: Compilation, x: string, name: string, width: number, epsilon: number): Promise<string> {
  const scale = await tensor(c, `${name}.weight`, [width]);
  const shift = await tensor(c, `${name}.bias`, [width]);
  return c.graph.node('LayerNormalization', [x, scale, shift], { axis: { int: -1 }, epsilon: { float: epsilon } });
}

/** GELU by its tanh approximation (SigLIP's) or exact (the projector's). */
export function gelu({ graph }: Compilation, x: string, kind: 'gelu' | 'gelu_tanh'): string {
  const out = graph.fresh('gelu');
  graph.contrib(kind === 'gelu' ? 'Gelu' : 'FastGelu', [x], [out]);
  return out;
}

