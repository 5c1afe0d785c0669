// SPDX-License-Identifier: Apache-2.0
/**
 * decoder_model_merged.onnx: Qwen2, Qwen3 or Llama (without biases), with the published graph's inputs and outputs,
 *   inputs_embeds [B, S, hidden], attention_mask [B, past + S], position_ids [B, S],
 *   past_key_values.{i}.key|value [B, kvHeads, past, headDim]
 *   -> logits [B, 1, vocabulary], present.{i}.key|value [B, kvHeads, past + S, headDim].
 * Logits are of the last position only: all positions of a prefill would be gigabytes.
 * Inside, attention is ONNX Runtime's GroupQueryAttention with rotary positions, on packed queries, keys and values.
 * Of position_ids GroupQueryAttention reads only the first; the others are taken to follow it.
 * A sequence that continues a past (past > 0 and S > 1) must come alone: B = 1.
 *
 * With positions on three axes, position_ids is [1, S, 3], every one is read, and the rotation is done before attention.
 * Where the features of pictures add to the first layers, `deep_features` [1, S, layers x hidden] holds what is added to the
 * output of each, zeros for text.
 */

import type { ModelConfig, TextConfig } from '../config';
import { FLOAT, INT32, INT64 } from './graph';
import { angles, columns, rotated, tensor, type Compilation } from './layers';
import { linear, outputHead } from './linear';

export async function writeDecoder(c: Compilation, config: ModelConfig): Promise<void> {
  const { graph, weights } = c;
  const t = config.text;
  const named = (tail: string) => weights.name('text', tail);
  const embeds = graph.input('inputs_embeds', FLOAT, ['batch', 'sequence', t.hiddenSize]);
  let residual = embeds;
  const mask = graph.input('attention_mask', INT64, ['batch', 'total']);
  const positions = graph.input('position_ids', INT64, ['batch', 'sequence', ...(t.ropeSections ? [3] : [])]);
  const deep = t.deepLayers
    ? graph.input('deep_features', FLOAT, ['batch', 'sequence', t.deepLayers * t.hiddenSize])
    : '';

  // GroupQueryAttention takes the index of each row's last key, and the total length.
  const lengths = graph.node('ReduceSum', [mask, graph.constant(INT64, [1], [1])], { keepdims: { int: 0 } });
  const lastKeys = graph.node('Sub', [lengths, graph.constant(INT64, [1], [1])]);
  const seqlens = graph.node('Cast', [lastKeys], { to: { int: INT32 } });
  const total64 = graph.node('Gather', [graph.node('Shape', [mask]), graph.constant(INT64, [], [1])], {
    axis: { int: 0 },
  });
  const total = graph.node('Cast', [total64], { to: { int: INT32 } });
  const { cos, sin } = t.ropeSections ? axisRotary(c, positions, t) : await tableRotary(c, config);

  const norm = { epsilon: { float: t.epsilon } };
  const gamma = (tail: string) => tensor(c, named(tail), [t.hiddenSize]);
  let x = graph.node('SimplifiedLayerNormalization', [residual, await gamma('layers.0.input_layernorm.weight')], {
    ...norm,
    axis: { int: -1 },
    stash_type: { int: 1 },
  });
  /** residual + branch, and its RMS norm, in one operator. */
  const addAndNorm = async (branch: string, gammaName: string) => {
    const [normed, sum] = [graph.fresh('norm'), graph.fresh('residual')];
    graph.contrib(
      'SkipSimplifiedLayerNormalization',
      [residual, branch, await gamma(gammaName)],
      [normed, '', '', sum],
      norm,
    );
    residual = sum;
    return normed;
  };

  for (let i = 0; i < t.layers; i++) {
    const layer = (tail: string) => named(`layers.${i}.${tail}`);
    const cacheShape = (length: string) => ['batch', t.kvHeads, length, t.headDim];
    const pastKey = graph.input(`past_key_values.${i}.key`, FLOAT, cacheShape('past'));
    const pastValue = graph.input(`past_key_values.${i}.value`, FLOAT, cacheShape('past'));
    const key = graph.output(`present.${i}.key`, FLOAT, cacheShape('total'));
    const value = graph.output(`present.${i}.value`, FLOAT, cacheShape('total'));
    const queries = { name: layer('self_attn.q_proj'), outputs: t.heads * t.headDim };
    const keys = { name: layer('self_attn.k_proj'), outputs: t.kvHeads * t.headDim };
    const values = { name: layer('self_attn.v_proj'), outputs: t.kvHeads * t.headDim };
    const product = (names: { name: string; outputs: number }[]) => linear(c, x, t.hiddenSize, names, t.attentionBias);
    const prepared = async (of: typeof queries, norm: string): Promise<string> => {
      const made = await product([of]);
      const normed = t.headNorm ? await headNorm(c, made, layer(norm), of.outputs, t) : made;
      return t.ropeSections ? rotated(c, normed, cos, sin) : normed;
    };
    const input =
      t.headNorm || t.ropeSections
        ? [
            await prepared(queries, 'self_attn.q_norm'),
            await prepared(keys, 'self_attn.k_norm'),
            await product([values]),
          ]
        : [await product([queries, keys, values]), '', ''];
    const seen = graph.fresh('attention');
    graph.contrib(
      'GroupQueryAttention',
      [...input, pastKey, pastValue, seqlens, total, ...(t.ropeSections ? [] : [cos, sin, positions])],
      [seen, key, value],
      {
        num_heads: { int: t.heads },
        kv_num_heads: { int: t.kvHeads },
        do_rotary: { int: t.ropeSections ? 0 : 1 },
        rotary_interleaved: { int: 0 },
        scale: { float: 1 / Math.sqrt(t.headDim) },
      },
    );
    const out = await linear(
      c,
      seen,
      t.heads * t.headDim,
      [{ name: layer('self_attn.o_proj'), outputs: t.hiddenSize }],
      false,
    );
    x = await addAndNorm(out, `layers.${i}.post_attention_layernorm.weight`);
    const gate = await linear(
      c,
      x,
      t.hiddenSize,
      [{ name: layer('mlp.gate_proj'), outputs: t.intermediateSize }],
      false,
    );
    const up = await linear(c, x, t.hiddenSize, [{ name: layer('mlp.up_proj'), outputs: t.intermediateSize }], false);
    const silu = graph.fresh('silu');
    graph.contrib('QuickGelu', [gate], [silu], { alpha: { float: 1 } }); // x sigmoid(x) in one operator
    const gated = graph.node('Mul', [silu, up]);
    let down = await linear(
      c,
      gated,
      t.intermediateSize,
      [{ name: layer('mlp.down_proj'), outputs: t.hiddenSize }],
      false,
    );
    if (i < (t.deepLayers ?? 0))
      down = graph.node('Add', [down, columns(c, deep, i * t.hiddenSize, (i + 1) * t.hiddenSize)]);
    x = await addAndNorm(down, i + 1 < t.layers ? `layers.${i + 1}.input_layernorm.weight` : 'norm.weight');
  }

  const last = graph.node('Gather', [x, graph.constant(INT64, [1], [-1])], { axis: { int: 1 } });
  await outputHead(
    c,
    last,
    t.hiddenSize,
    { name: weights.head(t.tiedHead), shape: [t.vocabSize, t.hiddenSize] },
    embeds,
  );
  graph.output('logits', FLOAT, ['batch', 1, t.vocabSize]);
}

/** An RMS norm of each head of x [batch, sequence, width]. */
async function headNorm(c: Compilation, x: string, name: string, width: number, t: TextConfig): Promise<string> {
  const { graph } = c;
  const heads = graph.node('Reshape', [x, graph.constant(INT64, [4], [0, 0, width / t.headDim, t.headDim])]);
  const normed = graph.node('SimplifiedLayerNormalization', [heads, await tensor(c, `${name}.weight`, [t.headDim])], {
    epsilon: { float: t.epsilon },
    axis: { int: -1 },
    stash_type: { int: 1 },
  });
  return graph.node('Reshape', [normed, graph.constant(INT64, [3], [0, 0, width])]);
}

/** Tables of cos and sin, [contextLength, headDim / 2], for attention that rotates by itself. */
async function tableRotary({ graph }: Compilation, config: ModelConfig): Promise<{ cos: string; sin: string }> {
  const shape = [config.text.contextLength, config.text.headDim / 2];
  return {
    cos: await graph.weight('rotary.cos', FLOAT, shape, rotaryTable(config, Math.cos)),
    sin: await graph.weight('rotary.sin', FLOAT, shape, rotaryTable(config, Math.sin)),
  };
}

/** cos and sin for this run's positions, [sequence, headDim / 2]: each frequency follows one of the three axes. */
function axisRotary(c: Compilation, positions: string, t: TextConfig): { cos: string; sin: string } {
  const half = t.headDim / 2;
  const frequencies = Array.from({ length: 3 * half }, (_, at) => {
    const [axis, k] = [Math.floor(at / half), at % half];
    // Height and width take every third frequency, as long as they have some left; time has the rest.
    const owner = k % 3 > 0 && k < 3 * t.ropeSections![k % 3]! ? k % 3 : 0;
    return axis === owner ? 1 / Math.pow(t.ropeTheta, (2 * k) / t.headDim) : 0;
  });
  return angles(c, positions, 3, frequencies);
}

/** cos or sin of position x frequency, [contextLength, headDim / 2], a row of positions at a time. */
function* rotaryTable(config: ModelConfig, wave: (angle: number) => number): Generator<Float32Array> {
  const { headDim, ropeTheta, contextLength } = config.text;
  const half = headDim / 2;
  const rowsAChunk = 1024;
  for (let from = 0; from < contextLength; from += rowsAChunk) {
    const rows = Math.min(rowsAChunk, contextLength - from);
    const chunk = new Float32Array(rows * half);
    for (let r = 0; r < rows; r++) {
      for (let i = 0; i < half; i++) {
        // Frequencies are rounded to 32 bits first, as transformers does: at position 30,000 it shows.
        const frequency = Math.fround(1 / Math.pow(ropeTheta, (2 * i) / headDim));
        chunk[r * half + i] = wave(Math.fround((from + r) * frequency));
      }
    }
    yield chunk;
  }
}
