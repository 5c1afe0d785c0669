// SPDX-License-Identifier: Apache-2.0
/** Matrix products, y = x W^T + b, in each weight format. */

import { FLOAT, INT64, INT8, UINT8 } from './graph';
import type { Activation, Compilation } from './layers';
import { blocksOf, quantiseBlocks4, quantiseBlocks8, quantiseRows, transposeInto, zeroBytes } from './quantise';
import type { Weight } from './weights';

/**
 * Weights that share a scale. With 32, 4-bit weights would lose a quarter less accuracy but take half as long again:
 * the work at the ends of the blocks keeps the kernel below the memory's speed.
 */
const BLOCK = 128;
/**
 * MatMulNBits accuracy level that multiplies integers: activations are quantized to 8 bits per block, and the kernel is
 * as fast as the machine allows.
 */
const INTEGER_PRODUCTS = 4;
/** Activations are unsigned because processors multiply unsigned by signed; this code is their zero. */
const ZERO_CODE = 128;

/**
 * A linear layer.
 * @param x [..., width].
 * @param names tensors (without `.weight`/`.bias`) and their numbers of outputs; several are stacked into one product.
 */
export async function linear(
  c: Compilation,
  x: string,
  width: number,
  names: { name: string; outputs: number }[],
  bias: boolean,
): Promise<string> {
  const { graph, weights } = c;
  const label = names.map((n) => n.name).join('+');
  const matrices: Weight[] = names.map((n) => ({ name: `${n.name}.weight`, shape: [n.outputs, width] }));
  const full = () => fullProduct(c, x, label, width, matrices, graph.fresh('linear'));
  const blocks = () => blockProduct(c, x, label, width, matrices, graph.fresh('linear'), 4);
  // Other nodes cannot read values made inside a branch.
  const integers = (known = c.activations) =>
    integerProduct({ ...c, activations: known }, x, label, width, matrices, graph.fresh('linear'));
  const products = {
    fp32: full,
    w8a8: integers,
    w4: blocks,
    w8w4: () => graph.either(isOneToken(c, x), blocks, () => integers(new Map())),
  } as const;
  const product = await products[c.format]();
  if (!bias) return product;
  const biases: Weight[] = names.map((n) => ({ name: `${n.name}.bias`, shape: [n.outputs] }));
  const vector = await graph.weight(`${label}.bias`, FLOAT, [sum(biases)], weights.stacked(biases));
  return graph.node('Add', [product, vector]);
}

/**
 * The output head: `logits` [batch, 1, outputs] of x [batch, 1, width]. For one row its speed is limited by reading the
 * weights; after a prompt that happens once, so `w8w4` has 8 bits there.
 * @param sequence [batch, sequence, width]; x is its last position.
 */
export async function outputHead(
  c: Compilation,
  x: string,
  width: number,
  matrix: Weight,
  sequence: string,
): Promise<void> {
  const blocks = (bits: 4 | 8, label: string, out: string): Promise<string> =>
    blockProduct(c, x, label, width, [matrix], out, bits);
  if (c.format === 'fp32') await fullHead(c, x, width, matrix);
  else if (c.format === 'w8w4')
    await c.graph.either(
      isOneToken(c, sequence),
      () => blocks(4, 'lm_head', c.graph.fresh('linear')),
      () => blocks(8, 'lm_head.prompt', c.graph.fresh('linear')),
      'logits',
    );
  else await blocks(c.format === 'w8a8' ? 8 : 4, 'lm_head', 'logits');
}

/** Whether x [batch, sequence, width] is one token long. */
function isOneToken({ graph }: Compilation, x: string): string {
  const length = graph.node('Shape', [x], { start: { int: 1 }, end: { int: 2 } });
  return graph.node('Equal', [length, graph.constant(INT64, [1], [1])]);
}

/**
 * Plain MatMul, because only the processor's provider has the fused operator that transposes. It takes weights as [in,
 * out]: one matrix at a time is transposed in memory.
 */
async function fullProduct(
  { graph, weights }: Compilation,
  x: string,
  label: string,
  width: number,
  matrices: Weight[],
  out: string,
): Promise<string> {
  const outputs = sum(matrices);
  const rows = weights.rows(matrices, width);
  async function* turned(): AsyncGenerator<Float32Array> {
    const matrix = new Float32Array(width * outputs);
    let column = 0;
    for await (const values of rows) {
      transposeInto(values, width, matrix, outputs, column);
      column += values.length / width;
    }
    yield matrix;
  }
  const matrix = await graph.weight(`${label}.weight`, FLOAT, [width, outputs], turned());
  return graph.node('MatMul', [x, matrix], {}, out);
}

/**
 * The largest matrix of a model is not transposed: Gemm takes it as torch stores it, [out, in], but only for rows [n,
 * width].
 */
async function fullHead({ graph, weights }: Compilation, x: string, width: number, matrix: Weight): Promise<void> {
  const table = await graph.weight('lm_head.weight', FLOAT, matrix.shape, weights.stacked([matrix]));
  const rows = graph.node('Reshape', [x, graph.constant(INT64, [2], [-1, width])]);
  const product = graph.node('Gemm', [rows, table], { transB: { int: 1 } });
  graph.node('Unsqueeze', [product, graph.constant(INT64, [1], [1])], {}, 'logits');
}

/**
 * 8-bit weights with a scale per output, times 8-bit activations with a scale per token, summed in integers. The kernel
 * takes weights as [in, out]: one matrix at a time is transposed in memory, one byte per weight.
 */
async function integerProduct(
  c: Compilation,
  x: string,
  label: string,
  width: number,
  matrices: Weight[],
  out: string,
): Promise<string> {
  const { graph, weights } = c;
  const outputs = sum(matrices);
  const scales = new Float32Array(outputs);
  const rows = weights.rows(matrices, width);
  async function* turned(): AsyncGenerator<Int8Array> {
    const matrix = new Int8Array(width * outputs);
    let column = 0;
    for await (const values of rows) {
      const quantised = quantiseRows(values, width);
      scales.set(quantised.scales, column);
      transposeInto(quantised.codes, width, matrix, outputs, column);
      column += quantised.scales.length;
    }
    yield matrix;
  }
  const matrix = await graph.weight(`${label}.weight`, INT8, [width, outputs], turned());
  const scale = await graph.weight(`${label}.scale`, FLOAT, [outputs], [scales]);
  const { codes, step, zero, largest } = activation(c, x);
  const product = graph.fresh('product');
  graph.contrib('MatMulIntegerToFloat', [codes, matrix, step, scale, zero], [product]);
  return graph.node('Mul', [product, largest], {}, out);
}

/** x in 8 bits: each token divided by its own largest magnitude. Layers that read the same values share the result. */
function activation(c: Compilation, x: string): Activation {
  const known = c.activations.get(x);
  if (known) return known;
  const { graph } = c;
  const magnitude = graph.node('ReduceMax', [graph.node('Abs', [x]), graph.constant(INT64, [1], [-1])], {
    keepdims: { int: 1 },
  });
  // Avoids a division by zero for a token of zeros.
  const largest = graph.node('Max', [magnitude, graph.constant(FLOAT, [], [1e-20])]);
  const step = graph.constant(FLOAT, [], [1 / 127]);
  const zero = graph.constant(UINT8, [], [ZERO_CODE]);
  const codes = graph.node('QuantizeLinear', [graph.node('Div', [x, largest]), step, zero]);
  const made = { codes, step, zero, largest };
  c.activations.set(x, made);
  return made;
}

/**
 * Low-bit weights with a scale per block (and, in 4 bits, a zero point), in the layout of ONNX Runtime's MatMulNBits.
 */
async function blockProduct(
  { graph, weights }: Compilation,
  x: string,
  label: string,
  width: number,
  matrices: Weight[],
  out: string,
  bits: 4 | 8,
): Promise<string> {
  const outputs = sum(matrices);
  const blocks = blocksOf(width, BLOCK);
  const rows = weights.rows(matrices, width);
  const scales: Float32Array[] = [];
  const zeros: Uint8Array[] = [];
  async function* packed(): AsyncGenerator<Uint8Array> {
    for await (const values of rows) {
      const quantised =
        bits === 4
          ? quantiseBlocks4(values, width, BLOCK)
          : { ...quantiseBlocks8(values, width, BLOCK), zeros: undefined };
      scales.push(quantised.scales);
      if (quantised.zeros) zeros.push(quantised.zeros);
      yield quantised.codes;
    }
  }
  const matrix = await graph.weight(`${label}.blocks`, UINT8, [outputs, blocks, (BLOCK * bits) / 8], packed());
  const inputs = [x, matrix, await graph.weight(`${label}.block_scale`, FLOAT, [outputs * blocks], scales)];
  if (bits === 4) inputs.push(await graph.weight(`${label}.block_zero`, UINT8, [outputs * zeroBytes(blocks)], zeros));
  graph.contrib('MatMulNBits', inputs, [out], {
    K: { int: width },
    N: { int: outputs },
    bits: { int: bits },
    block_size: { int: BLOCK },
    accuracy_level: { int: INTEGER_PRODUCTS },
  });
  return out;
}

function sum(weights: Weight[]): number {
  return weights.reduce((total, { shape }) => total + shape[0]!, 0);
}
