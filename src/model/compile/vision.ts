// SPDX-License-Identifier: Apache-2.0
/**
 * vision_encoder.onnx: pixel_values [batch, 3, side, side] -> image_features [batch, tokens, hidden].
 * SigLIP up to the chosen layer, then the projector: Linear, GELU, Linear without post_layernorm (LLaVA), or pixel
 * shuffle and one Linear after post_layernorm (SmolVLM). A tower of another kind is in native-vision.ts.
 */

import type { ModelConfig } from '../config';
import { FLOAT, INT64 } from './graph';
import { gelu, layerNorm, tensor, type Compilation } from './layers';
import { linear } from './linear';
import { writeNativeVision } from './native-vision';

export async function writeVisionEncoder(c: Compilation, config: ModelConfig): Promise<void> {
  const { graph, weights } = c;
  const v = config.vision;
  if (v.native) return writeNativeVision(c, config, v.native);
  const patches = Math.floor(v.imageSize / v.patchSize) ** 2;
  const named = (tail: string) => weights.name('vision', tail);
  const pixels = graph.input('pixel_values', FLOAT, ['batch', 3, v.imageSize, v.imageSize]);

  const kernel = await tensor(c, named('embeddings.patch_embedding.weight'), [
    v.hiddenSize,
    3,
    v.patchSize,
    v.patchSize,
  ]);
  const shift = await tensor(c, named('embeddings.patch_embedding.bias'), [v.hiddenSize]);
  const side = { ints: [v.patchSize, v.patchSize] };
  const convolved = graph.node('Conv', [pixels, kernel, shift], { kernel_shape: side, strides: side });
  const rows = graph.node('Reshape', [convolved, graph.constant(INT64, [3], [0, v.hiddenSize, patches])]);
  const positions = await tensor(c, named('embeddings.position_embedding.weight'), [patches, v.hiddenSize]);
  let x = graph.node('Add', [graph.node('Transpose', [rows], { perm: { ints: [0, 2, 1] } }), positions]);

  for (let i = 0; i < v.layers; i++) {
    const layer = (tail: string) => named(`encoder.layers.${i}.${tail}`);
    const square = (input: string, name: string) =>
      linear(c, input, v.hiddenSize, [{ name: layer(`self_attn.${name}`), outputs: v.hiddenSize }], true);
    const h = await layerNorm(c, x, layer('layer_norm1'), v.hiddenSize, v.epsilon);
    const query = await square(h, 'q_proj');
    const key = await square(h, 'k_proj');
    const value = await square(h, 'v_proj');
    const seen = graph.fresh('attention');
    graph.contrib('MultiHeadAttention', [query, key, value], [seen], {
      num_heads: { int: v.heads },
      scale: { float: 1 / Math.sqrt(v.hiddenSize / v.heads) },
    });
    x = graph.node('Add', [x, await square(seen, 'out_proj')]);
    const n = await layerNorm(c, x, layer('layer_norm2'), v.hiddenSize, v.epsilon);
    const wide = await linear(c, n, v.hiddenSize, [{ name: layer('mlp.fc1'), outputs: v.intermediateSize }], true);
    const narrow = await linear(
      c,
      gelu(c, wide, v.activation),
      v.intermediateSize,
      [{ name: layer('mlp.fc2'), outputs: v.hiddenSize }],
      true,
    );
    x = graph.node('Add', [x, narrow]);
  }

  if (v.postNorm) x = await layerNorm(c, x, named('post_layernorm'), v.hiddenSize, v.epsilon);

  const features = config.projector.kind === 'mlp' ? await perceptron(c, x, config) : await shuffled(c, x, config);
  graph.node('Identity', [features], {}, 'image_features');
  graph.output('image_features', FLOAT, ['batch', config.tokensPerTile, config.text.hiddenSize]);
}

/** Linear, GELU, Linear. */
async function perceptron(c: Compilation, x: string, { vision, text, projector }: ModelConfig): Promise<string> {
  const bias = projector.kind === 'mlp' && projector.bias;
  const [first, second] = c.weights.projector();
  const a = await linear(c, x, vision.hiddenSize, [{ name: first, outputs: text.hiddenSize }], bias);
  return linear(c, gelu(c, a, 'gelu'), text.hiddenSize, [{ name: second, outputs: text.hiddenSize }], bias);
}

/**
 * Pixel shuffle, then Linear: the features of each square of factor x factor patches become one row, line after line.
 */
async function shuffled(c: Compilation, x: string, { vision, text, projector }: ModelConfig): Promise<string> {
  const factor = projector.kind === 'shuffle' ? projector.factor : 1;
  const side = Math.floor(vision.imageSize / vision.patchSize) / factor;
  const { graph } = c;
  const width = vision.hiddenSize;
  const shaped = (value: string, shape: number[]): string =>
    graph.node('Reshape', [value, graph.constant(INT64, [shape.length], shape)]);
  const split = shaped(x, [0, side, factor, side, factor * width]);
  const squares = graph.node('Transpose', [split], { perm: { ints: [0, 1, 3, 2, 4] } });
  const rows = shaped(squares, [0, side * side, factor * factor * width]);
  return linear(c, rows, factor * factor * width, [{ name: c.weights.connector(), outputs: text.hiddenSize }], false);
}
