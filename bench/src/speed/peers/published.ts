// SPDX-License-Identifier: Apache-2.0
/**
 * Writes a checkpoint in the layout of published exports: the three graphs of plain operators made by optimum and the
 * scripts of transformers.js, with past and new keys joined by Concat and logits of all positions. Linear layers of the
 * decoder are floats, or q4 as those scripts quantize: MatMulNBits, blocks of 32, one scale each, activations quantized
 * to 8 bits per block (accuracy level 4, the fastest).
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FLOAT, GraphWriter, INT64, UINT8, type Checkpoint } from '../../../../src/model';
import { configJson, pictureTokens, type Shape } from '../shapes';

type PublishedFormat = 'fp32' | 'q4';

const BLOCK = 32;
/** ONNX's number of bool. */
const BOOL = 9;

/** A graph being written, and its source. */
interface Export {
  graph: GraphWriter;
  checkpoint: Checkpoint;
}

/** What differs between the families' exports. */
interface Kind {
  config: object;
  /** Of queries, keys and values. */
  bias: boolean;
  theta: number;
  /** The output head's own tensor; absent if it is the table of embeddings. */
  head?: string;
  /** SmolVLM: several pictures and a mask, the last norm, and pixel shuffle by this factor. */
  shuffle?: number;
}

/** Writes the settings that transformers.js reads, and `onnx/` with both decoders, into `dir`. */
export async function writePublished(
  dir: string,
  shape: Shape,
  checkpoint: Checkpoint,
  kind: Kind = { config: configJson(shape), bias: true, theta: 1e6 },
): Promise<void> {
  const onnx = join(dir, 'onnx');
  await mkdir(onnx, { recursive: true });
  const config = { ...kind.config, 'transformers.js_config': { use_external_data_format: true } };
  await writeFile(join(dir, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
  await writeFile(join(dir, 'generation_config.json'), '{}\n');
  const written = async (file: string, fill: (out: Export) => Promise<void>) => {
    const graph = await GraphWriter.create(onnx, file, () => undefined);
    try {
      await fill({ graph, checkpoint });
      await graph.finish();
    } finally {
      await graph.abandon();
    }
  };
  await written('vision_encoder.onnx', (out) => visionEncoder(out, shape, kind));
  await written('embed_tokens.onnx', (out) => embedTokens(out, shape));
  for (const format of ['fp32', 'q4'] as const) {
    await written(`decoder_model_merged${format === 'q4' ? '_q4' : ''}.onnx`, (out) =>
      languageModel(out, shape, format, kind),
    );
  }
}

function weight({ graph, checkpoint }: Export, name: string, shape: number[]): Promise<string> {
  return graph.weight(name, FLOAT, shape, checkpoint.read(name, shape));
}

/** x W^T (+ b): MatMul takes the transposed matrix, so it is transposed here once, as an exporter does. */
async function linear(
  out: Export,
  x: string,
  name: string,
  inputs: number,
  outputs: number,
  format: PublishedFormat,
  bias: boolean,
  result?: string,
): Promise<string> {
  const { graph, checkpoint } = out;
  const matrix = `${name}.weight`;
  let product: string;
  if (format === 'fp32') {
    const turned = await graph.weight(
      `${matrix}.turned`,
      FLOAT,
      [inputs, outputs],
      turn(checkpoint, matrix, outputs, inputs),
    );
    product = graph.node('MatMul', [x, turned], {}, bias ? undefined : result);
  } else {
    const scales: Float32Array[] = [];
    const rows = checkpoint.read(matrix, [outputs, inputs], inputs * Math.max(1, Math.floor((1 << 20) / inputs)));
    async function* codes(): AsyncGenerator<Uint8Array> {
      for await (const values of rows) {
        const quantised = fourBits(values);
        scales.push(quantised.scales);
        yield quantised.codes;
      }
    }
    const blocks = Math.ceil(inputs / BLOCK);
    const codesName = await graph.weight(matrix, UINT8, [outputs, blocks, BLOCK / 2], codes());
    const scalesName = await graph.weight(`${matrix}.scales`, FLOAT, [outputs * blocks], scales);
    product = bias ? graph.fresh('product') : (result ?? graph.fresh('product'));
    graph.contrib('MatMulNBits', [x, codesName, scalesName], [product], {
      K: { int: inputs },
      N: { int: outputs },
      bits: { int: 4 },
      block_size: { int: BLOCK },
      accuracy_level: { int: 4 },
    });
  }
  if (!bias) return product;
  return graph.node('Add', [product, await weight(out, `${name}.bias`, [outputs])], {}, result);
}

/**
 * 4-bit codes around a zero of 8, two per byte, and a scale per block, chosen so that the block's extreme gets code 0.
 * Rows are whole blocks.
 */
function fourBits(values: Float32Array): { codes: Uint8Array; scales: Float32Array } {
  const codes = new Uint8Array(values.length / 2);
  const scales = new Float32Array(values.length / BLOCK);
  for (let at = 0; at < scales.length; at++) {
    const block = values.subarray(at * BLOCK, (at + 1) * BLOCK);
    const scale = (scales[at] = block.reduce((extreme, v) => (Math.abs(v) > Math.abs(extreme) ? v : extreme), 0) / -8);
    block.forEach((value, i) => {
      const code = scale === 0 ? 8 : Math.min(15, Math.round(value / scale) + 8);
      codes[(at * BLOCK + i) >> 1]! |= code << (4 * (i & 1));
    });
  }
  return { codes, scales };
}

/** Transposes a matrix, a few columns at a time. */
async function* turn(
  checkpoint: Checkpoint,
  name: string,
  rows: number,
  columns: number,
): AsyncGenerator<Float32Array> {
  const all = new Float32Array(rows * columns);
  let at = 0;
  for await (const piece of checkpoint.read(name, [rows, columns])) {
    all.set(piece, at);
    at += piece.length;
  }
  const STRIP = 16; // columns per pass: one cache line
  for (let from = 0; from < columns; from += STRIP) {
    const to = Math.min(columns, from + STRIP);
    const strip = new Float32Array((to - from) * rows);
    for (let r = 0; r < rows; r++) {
      for (let c = from; c < to; c++) strip[(c - from) * rows + r] = all[r * columns + c]!;
    }
    yield strip;
  }
}

async function embedTokens(out: Export, { config: { text } }: Shape): Promise<void> {
  const { graph } = out;
  graph.input('input_ids', INT64, ['batch', 'sequence']);
  const table = await weight(out, 'language_model.model.embed_tokens.weight', [text.vocabulary, text.hidden]);
  graph.node('Gather', [table, 'input_ids'], { axis: { int: 0 } }, 'inputs_embeds');
  graph.output('inputs_embeds', FLOAT, ['batch', 'sequence', text.hidden]);
}

async function visionEncoder(out: Export, shape: Shape, { shuffle }: Kind): Promise<void> {
  const { graph } = out;
  const { vision: v, text } = shape.config;
  const tokens = pictureTokens(shape);
  const part = 'vision_tower.vision_model.';
  let pictures = 'pixel_values';
  if (shuffle === undefined) graph.input('pixel_values', FLOAT, ['batch', 3, v.side, v.side]);
  else {
    graph.input('pixel_values', FLOAT, ['batch', 'pictures', 3, v.side, v.side]);
    graph.input('pixel_attention_mask', BOOL, ['batch', 'pictures', v.side, v.side]);
    const whole = graph.node('ReduceMin', [graph.node('Cast', ['pixel_attention_mask'], { to: { int: FLOAT } })], {
      keepdims: { int: 0 },
    });
    const flat = graph.node('Reshape', ['pixel_values', graph.constant(INT64, [4], [-1, 3, v.side, v.side])]);
    pictures = graph.node('Mul', [flat, whole]); // the mask is read, as in the published graph
  }
  const kernel = await weight(out, `${part}embeddings.patch_embedding.weight`, [v.hidden, 3, v.patch, v.patch]);
  const shift = await weight(out, `${part}embeddings.patch_embedding.bias`, [v.hidden]);
  const patch = { ints: [v.patch, v.patch] };
  const patches = graph.node('Conv', [pictures, kernel, shift], { kernel_shape: patch, strides: patch });
  const rows = graph.node('Reshape', [patches, graph.constant(INT64, [3], [0, v.hidden, tokens])]);
  const positions = await weight(out, `${part}embeddings.position_embedding.weight`, [tokens, v.hidden]);
  let x = graph.node('Add', [graph.node('Transpose', [rows], { perm: { ints: [0, 2, 1] } }), positions]);
  const norm = async (input: string, name: string) =>
    graph.node(
      'LayerNormalization',
      [input, await weight(out, `${name}.weight`, [v.hidden]), await weight(out, `${name}.bias`, [v.hidden])],
      { axis: { int: -1 }, epsilon: { float: 1e-6 } },
    );
  for (let i = 0; i < v.layers; i++) {
    const layer = `${part}encoder.layers.${i}.`;
    const square = (input: string, name: string) =>
      linear(out, input, `${layer}self_attn.${name}`, v.hidden, v.hidden, 'fp32', true);
    const h = await norm(x, `${layer}layer_norm1`);
    const query = heads(graph, await square(h, 'q_proj'), v.heads, v.hidden);
    const key = heads(graph, await square(h, 'k_proj'), v.heads, v.hidden);
    const value = heads(graph, await square(h, 'v_proj'), v.heads, v.hidden);
    const seen = attention(graph, query, key, value, v.hidden, v.heads);
    x = graph.node('Add', [x, await square(seen, 'out_proj')]);
    const n = await norm(x, `${layer}layer_norm2`);
    const wide = await linear(out, n, `${layer}mlp.fc1`, v.hidden, v.intermediate, 'fp32', true);
    x = graph.node('Add', [
      x,
      await linear(out, tanhGelu(graph, wide), `${layer}mlp.fc2`, v.intermediate, v.hidden, 'fp32', true),
    ]);
  }
  if (shuffle !== undefined) return shuffled(out, await norm(x, `${part}post_layernorm`), shape, shuffle);
  const a = await linear(out, x, 'multi_modal_projector.linear_1', v.hidden, text.hidden, 'fp32', true);
  await linear(
    out,
    graph.node('Gelu', [a]),
    'multi_modal_projector.linear_2',
    text.hidden,
    text.hidden,
    'fp32',
    true,
    'image_features',
  );
  graph.output('image_features', FLOAT, ['batch', tokens, text.hidden]);
}

/** The projector of SmolVLM: rows of factor x factor patches, and one layer. */
async function shuffled(out: Export, x: string, shape: Shape, factor: number): Promise<void> {
  const { graph } = out;
  const { vision: v, text } = shape.config;
  const side = Math.floor(v.side / v.patch) / factor;
  const to = (value: string, dims: number[]) =>
    graph.node('Reshape', [value, graph.constant(INT64, [dims.length], dims)]);
  const split = to(x, [0, side, factor, side, factor * v.hidden]);
  const rows = to(graph.node('Transpose', [split], { perm: { ints: [0, 1, 3, 2, 4] } }), [
    0,
    side ** 2,
    factor ** 2 * v.hidden,
  ]);
  const name = 'model.connector.modality_projection.proj';
  await linear(out, rows, name, factor ** 2 * v.hidden, text.hidden, 'fp32', false, 'image_features');
  graph.output('image_features', FLOAT, ['pictures', side ** 2, text.hidden]);
}

async function languageModel(
  out: Export,
  { config: { text: t } }: Shape,
  format: PublishedFormat,
  { bias, theta, head }: Kind,
): Promise<void> {
  const { graph } = out;
  const part = 'language_model.model.';
  const width = t.hidden / t.heads;
  const kvWidth = width * t.kvHeads;
  graph.input('inputs_embeds', FLOAT, ['batch', 'sequence', t.hidden]);
  graph.input('attention_mask', INT64, ['batch', 'total']);
  graph.input('position_ids', INT64, ['batch', 'sequence']);

  const at = (values: number[]) => graph.constant(INT64, [values.length], values);
  const number = (value: number) => graph.constant(FLOAT, [], [value]);
  const frequencies = Array.from({ length: width / 2 }, (_, i) => Math.fround(1 / theta ** ((2 * i) / width)));
  const place = graph.node('Unsqueeze', [graph.node('Cast', ['position_ids'], { to: { int: FLOAT } }), at([2])]);
  const half = graph.node('Mul', [place, graph.constant(FLOAT, [1, 1, width / 2], frequencies)]);
  const angle = graph.node('Concat', [half, half], { axis: { int: -1 } });
  const [cos, sin] = ['Cos', 'Sin'].map((op) => graph.node('Unsqueeze', [graph.node(op, [angle]), at([1])]));
  const total = graph.node('Gather', [graph.node('Shape', ['attention_mask']), graph.constant(INT64, [], [1])], {
    axis: { int: 0 },
  });
  const keys = graph.node('Range', [graph.constant(INT64, [], [0]), total, graph.constant(INT64, [], [1])]);
  const places = graph.node('Unsqueeze', [graph.node('Unsqueeze', ['position_ids', at([1])]), at([3])]);
  const before = graph.node('LessOrEqual', [graph.node('Unsqueeze', [keys, at([0, 1, 2])]), places]);
  const mask = graph.node('Where', [before, number(0), number(-3.4e38)]);

  const norm = async (x: string, name: string) => {
    const mean = graph.node('ReduceMean', [graph.node('Pow', [x, number(2)]), at([-1])], { keepdims: { int: 1 } });
    const root = graph.node('Sqrt', [graph.node('Add', [mean, number(1e-6)])]);
    const scaled = graph.node('Mul', [x, graph.node('Div', [number(1), root])]);
    return graph.node('Mul', [await weight(out, name, [t.hidden]), scaled]);
  };
  const turned = (x: string) => {
    const first = graph.node('Slice', [x, at([0]), at([width / 2]), at([3])]);
    const second = graph.node('Slice', [x, at([width / 2]), at([width]), at([3])]);
    const other = graph.node('Concat', [graph.node('Neg', [second]), first], { axis: { int: -1 } });
    return graph.node('Add', [graph.node('Mul', [x, cos!]), graph.node('Mul', [other, sin!])]);
  };

  let x = 'inputs_embeds';
  for (let i = 0; i < t.layers; i++) {
    const layer = `${part}layers.${i}.`;
    const h = await norm(x, `${layer}input_layernorm.weight`);
    const projected = (name: string, outputs: number) =>
      linear(out, h, `${layer}self_attn.${name}`, t.hidden, outputs, format, bias);
    const joined = (kind: 'key' | 'value', now: string) => {
      const shape = (length: string) => ['batch', t.kvHeads, length, width];
      const past = graph.input(`past_key_values.${i}.${kind}`, FLOAT, shape('past'));
      graph.output(`present.${i}.${kind}`, FLOAT, shape('total'));
      return graph.node('Concat', [past, now], { axis: { int: 2 } }, `present.${i}.${kind}`);
    };
    const query = turned(heads(graph, await projected('q_proj', t.hidden), t.heads, t.hidden));
    const key = joined('key', turned(heads(graph, await projected('k_proj', kvWidth), t.kvHeads, kvWidth)));
    const value = joined('value', heads(graph, await projected('v_proj', kvWidth), t.kvHeads, kvWidth));
    const groups = t.heads / t.kvHeads;
    x = graph.node('Add', [
      x,
      await linear(
        out,
        attention(graph, query, repeated(graph, key, groups), repeated(graph, value, groups), t.hidden, t.heads, mask),
        `${layer}self_attn.o_proj`,
        t.hidden,
        t.hidden,
        format,
        false,
      ),
    ]);
    const n = await norm(x, `${layer}post_attention_layernorm.weight`);
    const gate = await linear(out, n, `${layer}mlp.gate_proj`, t.hidden, t.intermediate, format, false);
    const up = await linear(out, n, `${layer}mlp.up_proj`, t.hidden, t.intermediate, format, false);
    const silu = graph.node('Mul', [gate, graph.node('Sigmoid', [gate])]);
    x = graph.node('Add', [
      x,
      await linear(
        out,
        graph.node('Mul', [silu, up]),
        `${layer}mlp.down_proj`,
        t.intermediate,
        t.hidden,
        format,
        false,
      ),
    ]);
  }
  await linear(
    out,
    await norm(x, `${part}norm.weight`),
    head ?? `${part}embed_tokens`,
    t.hidden,
    t.vocabulary,
    format,
    false,
    'logits',
  );
  graph.output('logits', FLOAT, ['batch', 'sequence', t.vocabulary]);
}

/** [batch, positions, width] to [batch, heads, positions, width / heads]. */
function heads(graph: GraphWriter, x: string, count: number, width: number): string {
  const split = graph.node('Reshape', [x, graph.constant(INT64, [4], [0, 0, count, width / count])]);
  return graph.node('Transpose', [split], { perm: { ints: [0, 2, 1, 3] } });
}

/** Each key head once for each of its query heads, as transformers' `repeat_kv`. */
function repeated(graph: GraphWriter, x: string, groups: number): string {
  if (groups === 1) return x;
  const apart = graph.node('Unsqueeze', [x, graph.constant(INT64, [1], [2])]);
  const shape = graph.node('Shape', [x]);
  const part = (from: number, to: number) =>
    graph.node('Slice', [shape, graph.constant(INT64, [1], [from]), graph.constant(INT64, [1], [to])]);
  const wide = graph.node('Concat', [part(0, 2), graph.constant(INT64, [1], [groups]), part(2, 4)], {
    axis: { int: 0 },
  });
  const all = graph.node('Mul', [part(1, 2), graph.constant(INT64, [1], [groups])]);
  const joined = graph.node('Concat', [part(0, 1), all, part(2, 4)], { axis: { int: 0 } });
  return graph.node('Reshape', [graph.node('Expand', [apart, wide]), joined]);
}

function attention(
  graph: GraphWriter,
  query: string,
  key: string,
  value: string,
  width: number,
  count: number,
  mask?: string,
): string {
  const turned = graph.node('Transpose', [key], { perm: { ints: [0, 1, 3, 2] } });
  const scale = graph.constant(FLOAT, [], [1 / Math.sqrt(width / count)]);
  const scores = graph.node('Mul', [graph.node('MatMul', [query, turned]), scale]);
  const shares = graph.node('Softmax', [mask === undefined ? scores : graph.node('Add', [scores, mask])], {
    axis: { int: -1 },
  });
  const seen = graph.node('Transpose', [graph.node('MatMul', [shares, value])], { perm: { ints: [0, 2, 1, 3] } });
  return graph.node('Reshape', [seen, graph.constant(INT64, [3], [0, 0, width])]);
}

/** GELU with tanh, in basic operators as exporters write it. */
function tanhGelu(graph: GraphWriter, x: string): string {
  const number = (value: number) => graph.constant(FLOAT, [], [value]);
  const cubed = graph.node('Mul', [graph.node('Pow', [x, number(3)]), number(0.044715)]);
  const inner = graph.node('Mul', [graph.node('Add', [x, cubed]), number(Math.sqrt(2 / Math.PI))]);
  const gate = graph.node('Add', [graph.node('Tanh', [inner]), number(1)]);
  return graph.node('Mul', [graph.node('Mul', [x, gate]), number(0.5)]);
}
