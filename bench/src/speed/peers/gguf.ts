// SPDX-License-Identifier: Apache-2.0
/**
 * Writes the language model of a checkpoint for llama.cpp: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (a
 * header of keys and values, the tensors' descriptions, and their bytes, each aligned to 32).
 */

import { open, type FileHandle } from 'node:fs/promises';
import { floatToHalf, type Checkpoint } from '../../../../src/model';
import type { Shape } from '../shapes';

export type GgufFormat = 'q4_0' | 'q8_0';

/** For each tensor type: its number, values per block, bytes per block. */
const TYPES = { f32: [0, 1, 4], q4_0: [2, 32, 18], q8_0: [8, 32, 34] } as const;
/** The numbers of the value types of keys. */
const [UINT32, FLOAT32, BOOL, STRING, ARRAY, INT32] = [4, 6, 7, 8, 9, 5];
const ALIGNMENT = 32;
const BLOCK = 32;

interface TensorPlan {
  /** llama.cpp's name, and the checkpoint's. */
  name: string;
  source: string;
  /** In the checkpoint's order; GGUF lists dimensions from the innermost. */
  shape: number[];
  type: keyof typeof TYPES;
}

/** What differs between language models. */
export interface GgufKind {
  architecture: 'qwen2' | 'llama';
  theta: number;
  /** The output head's own tensor; absent if it is the table of embeddings. */
  head?: string;
}

export async function writeGguf(
  path: string,
  { config: { text } }: Shape,
  checkpoint: Checkpoint,
  format: GgufFormat,
  kind: GgufKind = { architecture: 'qwen2', theta: 1e6 },
): Promise<void> {
  const plans = tensors(text, format, kind);
  let offset = 0;
  const infos = plans.map(({ name, shape, type }) => {
    const from = offset;
    offset = aligned(offset + bytesOf(shape, type));
    return Buffer.concat([
      text8(name),
      uint32(shape.length),
      ...[...shape].reverse().map(uint64),
      uint32(TYPES[type][0]),
      uint64(from),
    ]);
  });
  const keys = metadata(text, kind);
  const header = Buffer.concat([
    Buffer.from('GGUF'),
    uint32(3),
    uint64(plans.length),
    uint64(keys.length),
    ...keys,
    ...infos,
  ]);
  const file = await open(path, 'w');
  try {
    await file.writeFile(Buffer.concat([header, Buffer.alloc(aligned(header.length) - header.length)]));
    for (const plan of plans) await writeTensor(file, plan, checkpoint);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function writeTensor(
  file: FileHandle,
  { source, shape, type }: TensorPlan,
  checkpoint: Checkpoint,
): Promise<void> {
  for await (const values of checkpoint.read(source, shape, 1 << 20)) {
    await file.writeFile(
      type === 'f32' ? new Uint8Array(values.buffer, values.byteOffset, values.byteLength) : blocks(values, type),
    );
  }
  const bytes = bytesOf(shape, type);
  await file.writeFile(Buffer.alloc(aligned(bytes) - bytes));
}

/** Rounds as ggml does: first the scale, to a half float, then the codes. */
function blocks(values: Float32Array, type: GgufFormat): Uint8Array {
  const bytes = TYPES[type][2];
  const count = values.length / BLOCK;
  const out = new Uint8Array(count * bytes);
  const scales = Float32Array.from({ length: count }, (_, b) => {
    let extreme = 0;
    for (let i = b * BLOCK; i < (b + 1) * BLOCK; i++)
      if (Math.abs(values[i]!) > Math.abs(extreme)) extreme = values[i]!;
    return type === 'q4_0' ? extreme / -8 : Math.abs(extreme) / 127;
  });
  const halves = floatToHalf(scales);
  for (let b = 0; b < count; b++) {
    const at = b * bytes;
    out[at] = halves[b]! & 255;
    out[at + 1] = halves[b]! >> 8;
    const inverse = scales[b] === 0 ? 0 : 1 / scales[b]!;
    const value = (i: number) => values[b * BLOCK + i]! * inverse;
    if (type === 'q8_0') for (let i = 0; i < BLOCK; i++) out[at + 2 + i] = Math.round(value(i));
    else {
      const code = (i: number) => Math.min(15, Math.floor(value(i) + 8.5));
      for (let i = 0; i < BLOCK / 2; i++) out[at + 2 + i] = code(i) | (code(i + BLOCK / 2) << 4);
    }
  }
  return out;
}

/**
 * All matrices in one format, including the embedding table, which is also the head if that has no tensor of its own.
 * llama.cpp wants the rows of a Llama's queries and keys in another order; with random weights it makes no difference.
 */
function tensors(text: Shape['config']['text'], format: GgufFormat, { architecture, head }: GgufKind): TensorPlan[] {
  const from = 'language_model.model.';
  const kvWidth = (text.hidden / text.heads) * text.kvHeads;
  const plans: TensorPlan[] = [
    {
      name: 'token_embd.weight',
      source: `${from}embed_tokens.weight`,
      shape: [text.vocabulary, text.hidden],
      type: format,
    },
    { name: 'output_norm.weight', source: `${from}norm.weight`, shape: [text.hidden], type: 'f32' },
  ];
  if (head !== undefined)
    plans.push({ name: 'output.weight', source: head, shape: [text.vocabulary, text.hidden], type: format });
  for (let i = 0; i < text.layers; i++) {
    const add = (name: string, source: string, shape: number[]) =>
      plans.push({
        name: `blk.${i}.${name}`,
        source: `${from}layers.${i}.${source}`,
        shape,
        type: shape.length === 1 ? 'f32' : format,
      });
    add('attn_norm.weight', 'input_layernorm.weight', [text.hidden]);
    for (const [name, width] of [
      ['q', text.hidden],
      ['k', kvWidth],
      ['v', kvWidth],
    ] as const) {
      add(`attn_${name}.weight`, `self_attn.${name}_proj.weight`, [width, text.hidden]);
      if (architecture === 'qwen2') add(`attn_${name}.bias`, `self_attn.${name}_proj.bias`, [width]);
    }
    add('attn_output.weight', 'self_attn.o_proj.weight', [text.hidden, text.hidden]);
    add('ffn_norm.weight', 'post_attention_layernorm.weight', [text.hidden]);
    add('ffn_gate.weight', 'mlp.gate_proj.weight', [text.intermediate, text.hidden]);
    add('ffn_up.weight', 'mlp.up_proj.weight', [text.intermediate, text.hidden]);
    add('ffn_down.weight', 'mlp.down_proj.weight', [text.hidden, text.intermediate]);
  }
  return plans;
}

function metadata(text: Shape['config']['text'], { architecture, theta }: GgufKind): Buffer[] {
  const key = (name: string, type: number, value: Buffer) => Buffer.concat([text8(name), uint32(type), value]);
  const number = (name: string, value: number) => key(name, UINT32, uint32(value));
  const list = (name: string, type: number, values: Buffer[]) =>
    key(name, ARRAY, Buffer.concat([uint32(type), uint64(values.length), ...values]));
  const tokens = vocabulary(text.vocabulary);
  const NORMAL = 1;
  const CONTROL = 3;
  return [
    key('general.architecture', STRING, text8(architecture)),
    key('general.name', STRING, text8('random weights')),
    number('general.quantization_version', 2),
    number(`${architecture}.block_count`, text.layers),
    number(`${architecture}.context_length`, text.context),
    number(`${architecture}.embedding_length`, text.hidden),
    number(`${architecture}.feed_forward_length`, text.intermediate),
    number(`${architecture}.attention.head_count`, text.heads),
    number(`${architecture}.attention.head_count_kv`, text.kvHeads),
    key(`${architecture}.attention.layer_norm_rms_epsilon`, FLOAT32, float32(1e-6)),
    key(`${architecture}.rope.freq_base`, FLOAT32, float32(theta)),
    key('tokenizer.ggml.model', STRING, text8('gpt2')),
    key('tokenizer.ggml.pre', STRING, text8('qwen2')),
    list('tokenizer.ggml.tokens', STRING, tokens.map(text8)),
    list(
      'tokenizer.ggml.token_type',
      INT32,
      tokens.map((_, i) => uint32(i < tokens.length - SPECIAL.length ? NORMAL : CONTROL)),
    ),
    list('tokenizer.ggml.merges', STRING, [text8('z q')]),
    number('tokenizer.ggml.bos_token_id', text.vocabulary - 2),
    number('tokenizer.ggml.eos_token_id', text.vocabulary - 1),
    key('tokenizer.ggml.add_bos_token', BOOL, Buffer.from([0])),
  ];
}

const SPECIAL = ['<|im_start|>', '<|im_end|>'];

/**
 * Placeholder tokens that no text uses, after the 256 bytes in GPT-2's spelling; llama.cpp refuses a vocabulary without
 * them.
 */
function vocabulary(size: number): string[] {
  const printable = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte !== 173);
  let hidden = 256;
  const bytes = Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : hidden++));
  const words = Array.from({ length: size - bytes.length - SPECIAL.length }, (_, i) => `zq${i.toString(36)}`);
  return [...bytes, ...words, ...SPECIAL];
}

function bytesOf(shape: readonly number[], type: keyof typeof TYPES): number {
  const [, block, bytes] = TYPES[type];
  return (shape.reduce((a, b) => a * b, 1) / block) * bytes;
}

function aligned(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function float32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

/** A string preceded by its length. */
function text8(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint64(bytes.length), bytes]);
}
