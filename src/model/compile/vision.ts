// SPDX-License-Identifier: Apache-2.0
/**
 * vision_encoder.onnx: pixel_values [batch, 3, side, side] -> image_features [batch, tokens, hidden].
 * SigLIP up to the chosen layer, without post_layernorm, then the projector (Linear, GELU, Linear).
 */

import type { ModelConfig } from '../config';
import { FLOAT, INT64 } from './graph';
import { gelu, layerNorm, tensor, type Compilation } from './layers';
import { linear } from './linear';

export async function writeVisionEncoder(c: Compilation, config: ModelConfig): Promise<void> {
  const { graph, weights } = c;
  const v = config.vision;
  const tokens = config.tokensPerImage;
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
  const patches = graph.node('Conv', [pixels, kernel, shift], { kernel_shape: side, strides: side });
  const rows = graph.node('Reshape', [patches, graph.constant(INT64, [3], [0, v.hiddenSize, tokens])]);
  const positions = await tensor(c, named('embeddings.position_embedding.weight'), [tokens, v.hiddenSize]);
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

  const hidden = config.text.hiddenSize;
  const [first, second] = weights.projector();
  const a = await linear(c, x, v.hiddenSize, [{ name: first, outputs: hidden }], config.projectorBias);
  const b = await linear(c, gelu(c, a, 'gelu'), hidden, [{ name: second, outputs: hidden }], config.projectorBias);
  graph.node('Identity', [b], {}, 'image_features');
  graph.output('image_features', FLOAT, ['batch', tokens, hidden]);
}
