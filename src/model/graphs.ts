// SPDX-License-Identifier: Apache-2.0
/** The graphs of a model folder, their weight formats and their file names. Pure. */

import type { Device } from '../contract';
import type { TextConfig } from './config';

/** The three graphs of the published layout. */
export const GRAPHS = ['vision_encoder', 'embed_tokens', 'decoder_model_merged'] as const;
export type Graph = (typeof GRAPHS)[number];

/** Weight formats by the suffix of the file name, most exact first. */
export const PRECISIONS = [
  'fp32',
  'fp16',
  'w8a8',
  'int8',
  'uint8',
  'quantized',
  'w8w4',
  'w4',
  'q4',
  'q4f16',
  'bnb4',
] as const;
export type Precision = (typeof PRECISIONS)[number];

/**
 * The order in which the default for a processor is chosen: the fastest whose cost in accuracy is known
 * (docs/precision.md), then the exact ones, then published files whose cost we have not measured.
 */
export const PREFERRED: readonly Precision[] = [
  'w8w4',
  'w8a8',
  'w4',
  'fp32',
  'fp16',
  'int8',
  'uint8',
  'quantized',
  'q4',
  'q4f16',
  'bnb4',
];

/**
 * The same for a graphics card or a neural engine, without formats whose products would run on the processor instead:
 * only the processor's provider multiplies 8-bit weights by 8-bit activations, and Core ML supports floats only.
 */
const PREFERRED_ELSEWHERE: Record<Exclude<Device, 'cpu'>, readonly Precision[]> = {
  webgpu: ['w4', 'fp32', 'fp16', 'q4', 'q4f16'],
  cuda: ['w4', 'fp16', 'fp32', 'q4', 'q4f16'],
  dml: ['w4', 'fp16', 'fp32', 'q4', 'q4f16'],
  coreml: ['fp16', 'fp32'],
};

const FOUR_BITS: ReadonlySet<Precision> = new Set(['w8w4', 'w4', 'q4', 'q4f16', 'bnb4']);

/** Values in the layers of a language model below which 4 bits cost too much (docs/precision.md). */
const SMALL = 1e9;

/**
 * The weight formats that a device runs, best first. A small language model runs in 4 bits only if nothing else is there or
 * fits: it loses much, and reading its weights does not take long.
 */
export function preferredOn(device: Device, text: TextConfig): readonly Precision[] {
  const able = device === 'cpu' ? PREFERRED : PREFERRED_ELSEWHERE[device];
  if (valuesIn(text) >= SMALL) return able;
  return [...able.filter((precision) => !FOUR_BITS.has(precision)), ...able.filter((one) => FOUR_BITS.has(one))];
}

/** The values of the matrices of all layers. */
function valuesIn({ layers, hiddenSize, intermediateSize, heads, kvHeads, headDim }: TextConfig): number {
  return layers * hiddenSize * (2 * headDim * (heads + kvHeads) + 3 * intermediateSize);
}

/**
 * The formats that the compiler writes:
 * - fp32: as in the checkpoint;
 * - w8a8: 8-bit weights with a scale per output, times 8-bit activations with a scale per token;
 * - w4: 4-bit weights with a scale and a zero point per block of 128, times 8-bit activations;
 * - w8w4: both, `w8a8` for prompts, whose time goes into products, and `w4` for the tokens of an answer, whose time goes
 *   into reading the weights.
 */
export const FORMATS = ['fp32', 'w8a8', 'w8w4', 'w4'] as const;
export type Format = (typeof FORMATS)[number];

/**
 * The format of each graph of a model compiled as `format`. 4 bits save time where weights are read for each token: in
 * the decoder only.
 */
export function graphFormats(format: Format): Record<Graph, Format> {
  const rest = format === 'fp32' ? 'fp32' : 'w8a8';
  return { vision_encoder: rest, embed_tokens: rest, decoder_model_merged: format };
}

/** The file name of a graph: fp32 has no suffix. */
export function graphFileName(graph: Graph, precision: Precision): string {
  return precision === 'fp32' ? `${graph}.onnx` : `${graph}_${precision}.onnx`;
}
