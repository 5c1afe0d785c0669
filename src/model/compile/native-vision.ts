// SPDX-License-Identifier: Apache-2.0
/**
 * vision_encoder.onnx of a tower that takes pictures in their own shape (`NativeVision`):
 *   pixel_values [patches, 3 x frames x patch x patch], normalised, the patches of each merged square one after the other;
 *   patch_positions [patches, 2], row and column;
 *   position_corners [patches, 4], position_weights [patches, 4]: the places of the learned map between which a patch lies
 *   -> image_features [1, patches / merge^2, hidden x (1 + deep layers)].
 */

import type { ModelConfig, NativeVision } from '../config';
import { FLOAT, INT64 } from './graph';
import { angles, columns, gelu, layerNorm, rotated, tensor, type Compilation } from './layers';
import { linear } from './linear';

/** Of the tower's rotary positions, whatever config.json says of the language model's. */
const THETA = 10_000;

export async function writeNativeVision(c: Compilation, config: ModelConfig, native: NativeVision): Promise<void> {
  const { graph } = c;
  const v = config.vision;
  const width = v.hiddenSize;
  const named = (tail: string) => c.weights.name('native', tail);
  let x = await embedded(c, config, native);

  const half = width / v.heads / 2;
  const axis = half / 2;
  const frequency = (k: number): number => 1 / Math.pow(THETA, (2 * k) / half);
  const { cos, sin } = angles(
    c,
    graph.input('patch_positions', INT64, ['patches', 2]),
    2,
    Array.from({ length: 2 * half }, (_, at) => {
      const [row, k] = [Math.floor(at / half), at % half];
      return Math.floor(k / axis) === row ? frequency(k % axis) : 0;
    }),
  );

  const deep: string[] = [];
  for (let i = 0; i < v.layers; i++) {
    const layer = (tail: string) => named(`blocks.${i}.${tail}`);
    const h = await layerNorm(c, x, layer('norm1'), width, v.epsilon);
    const packed = await linear(c, h, width, [{ name: layer('attn.qkv'), outputs: 3 * width }], true);
    const part = (k: number): string => columns(c, packed, k * width, (k + 1) * width);
    const seen = graph.fresh('attention');
    graph.contrib(
      'MultiHeadAttention',
      [rotated(c, part(0), cos, sin), rotated(c, part(1), cos, sin), part(2)],
      [seen],
      { num_heads: { int: v.heads }, scale: { float: 1 / Math.sqrt(width / v.heads) } },
    );
    x = graph.node('Add', [x, await linear(c, seen, width, [{ name: layer('attn.proj'), outputs: width }], true)]);
    const n = await layerNorm(c, x, layer('norm2'), width, v.epsilon);
    const wide = await linear(c, n, width, [{ name: layer('mlp.linear_fc1'), outputs: v.intermediateSize }], true);
    const active = gelu(c, wide, v.activation);
    const narrow = [{ name: layer('mlp.linear_fc2'), outputs: width }];
    x = graph.node('Add', [x, await linear(c, active, v.intermediateSize, narrow, true)]);
    const k = native.deepLayers.indexOf(i);
    if (k >= 0) deep[k] = await merged(c, x, config, named(`deepstack_merger_list.${k}`), true);
  }

  const features = await merged(c, x, config, named('merger'), false);
  graph.node('Concat', [features, ...deep], { axis: { int: -1 } }, 'image_features');
  graph.output('image_features', FLOAT, [1, 'tokens', config.text.hiddenSize * (1 + deep.length)]);
}

/** The patches with their learned positions, [1, patches, width]. */
async function embedded(c: Compilation, { vision: v }: ModelConfig, native: NativeVision): Promise<string> {
  const { graph } = c;
  const named = (tail: string) => c.weights.name('native', tail);
  const values = 3 * native.frames * v.patchSize ** 2;
  const pixels = graph.input('pixel_values', FLOAT, ['patches', values]);
  const kernel = await tensor(c, named('patch_embed.proj.weight'), [
    v.hiddenSize,
    3,
    native.frames,
    v.patchSize,
    v.patchSize,
  ]);
  const matrix = graph.node('Reshape', [kernel, graph.constant(INT64, [2], [v.hiddenSize, values])]);
  const shift = await tensor(c, named('patch_embed.proj.bias'), [v.hiddenSize]);
  const patches = graph.node('Gemm', [pixels, matrix, shift], { transB: { int: 1 } });

  const map = await tensor(c, named('pos_embed.weight'), [native.positionSide ** 2, v.hiddenSize]);
  const corners = graph.node('Gather', [map, graph.input('position_corners', INT64, ['patches', 4])], {
    axis: { int: 0 },
  });
  const weights = graph.node('Unsqueeze', [
    graph.input('position_weights', FLOAT, ['patches', 4]),
    graph.constant(INT64, [1], [-1]),
  ]);
  const positions = graph.node('ReduceSum', [graph.node('Mul', [corners, weights]), graph.constant(INT64, [1], [1])], {
    keepdims: { int: 0 },
  });
  return graph.node('Unsqueeze', [graph.node('Add', [patches, positions]), graph.constant(INT64, [1], [0])]);
}

/**
 * A projector: the patches of each square as one row, through two layers. The norm is of each patch, or of the whole row.
 */
async function merged(
  c: Compilation,
  x: string,
  { vision: v, text }: ModelConfig,
  name: string,
  normAfter: boolean,
): Promise<string> {
  const { graph } = c;
  const width = v.hiddenSize * v.native!.merge ** 2;
  const joined = (value: string): string => graph.node('Reshape', [value, graph.constant(INT64, [3], [1, -1, width])]);
  const rows = normAfter
    ? await layerNorm(c, joined(x), `${name}.norm`, width, v.epsilon)
    : joined(await layerNorm(c, x, `${name}.norm`, v.hiddenSize, v.epsilon));
  const wide = await linear(c, rows, width, [{ name: `${name}.linear_fc1`, outputs: width }], true);
  return linear(c, gelu(c, wide, 'gelu'), width, [{ name: `${name}.linear_fc2`, outputs: text.hiddenSize }], true);
}
