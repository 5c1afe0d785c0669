// SPDX-License-Identifier: Apache-2.0
/** A model of a given shape with random weights: as fast as a trained one, and without licence restrictions. */

import { mkdir, open, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom, throwIfCancelled } from '../../../src/contract';
import { configJson, pictureTokens, type Shape } from './shapes';

export interface Tensor {
  name: string;
  shape: number[];
  /** Values are uniform with this mean and standard deviation. */
  mean: number;
  deviation: number;
}

/** Number of random values, which are made once and repeated. A prime, so that no two rows of a matrix are equal. */
const POOL = 1_048_573;

/**
 * Writes config.json, the settings files and model.safetensors (bfloat16). Matrices have mean zero: otherwise
 * activations become denormal or infinite, which changes the speed.
 * @throws ZoetropeError `cancelled`.
 */
export async function writeRandomModel(dir: string, shape: Shape, signal?: AbortSignal): Promise<void> {
  await mkdir(dir, { recursive: true });
  const json = (name: string, value: object) => writeFile(join(dir, name), `${JSON.stringify(value, null, 2)}\n`);
  await json('config.json', configJson(shape));
  await json('generation_config.json', { eos_token_id: [] });
  await json('preprocessor_config.json', {
    size: { width: shape.config.vision.side, height: shape.config.vision.side },
  });
  await json('tokenizer_config.json', {});
  await json('tokenizer.json', { version: '1.0', added_tokens: [], model: { type: 'BPE', vocab: {}, merges: [] } });

  await writeRandomTensors(dir, tensorsOf(shape), signal);
}

/** Writes model.safetensors (bfloat16) into a folder. @throws ZoetropeError `cancelled`. */
export async function writeRandomTensors(dir: string, tensors: readonly Tensor[], signal?: AbortSignal): Promise<void> {
  const partial = join(dir, 'model.safetensors.part');
  const file = await open(partial, 'w');
  try {
    await writeTensors(file, tensors, signal);
    await file.close();
    await rename(partial, join(dir, 'model.safetensors'));
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(partial, { force: true });
    throw error;
  }
}

async function writeTensors(
  file: FileHandle,
  tensors: readonly Tensor[],
  signal: AbortSignal | undefined,
): Promise<void> {
  let offset = 0;
  const header = Object.fromEntries(
    tensors.map(({ name, shape }) => {
      const from = offset;
      offset += 2 * shape.reduce((a, b) => a * b, 1);
      return [name, { dtype: 'BF16', shape, data_offsets: [from, offset] }];
    }),
  );
  const text = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  await file.writeFile(Buffer.concat([length, padded]));

  const random = seededRandom(1);
  const pool = Float32Array.from({ length: POOL }, () => random() * 2 - 1);
  const scaled = new Map<string, Uint16Array>(); // few combinations of mean and deviation exist
  let begin = 0;
  for (const { shape, mean, deviation } of tensors) {
    throwIfCancelled(signal);
    const key = `${mean} ${deviation}`;
    const values = scaled.get(key) ?? asBfloats(pool, mean, deviation);
    scaled.set(key, values);
    for (let rest = shape.reduce((a, b) => a * b, 1); rest > 0;) {
      const count = Math.min(rest, POOL - begin);
      await file.writeFile(new Uint8Array(values.buffer, 2 * begin, 2 * count));
      begin = (begin + count) % POOL;
      rest -= count;
    }
  }
  await file.sync();
}

/** Scales numbers from -1..1 to a mean and a deviation, as bit patterns. */
function asBfloats(pool: Float32Array, mean: number, deviation: number): Uint16Array {
  const scale = deviation * Math.sqrt(3); // for a uniform distribution
  const word = new Float32Array(1);
  const halves = new Uint16Array(word.buffer);
  const high = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;
  const out = new Uint16Array(pool.length);
  for (let i = 0; i < out.length; i++) {
    word[0] = mean + scale * pool[i]!;
    out[i] = halves[high]!;
  }
  return out;
}

function tensorsOf(shape: Shape): Tensor[] {
  const { text, vision } = shape.config;
  const tensors: Tensor[] = [];
  const norm = (name: string, width: number) => tensors.push({ name, shape: [width], mean: 1, deviation: 0.01 });
  const bias = (name: string, width: number) =>
    tensors.push({ name: `${name}.bias`, shape: [width], mean: 0, deviation: 0.02 });
  const matrix = (name: string, outputs: number, inputs: number) =>
    tensors.push({ name: `${name}.weight`, shape: [outputs, inputs], mean: 0, deviation: 1 / Math.sqrt(inputs) });
  const linear = (name: string, outputs: number, inputs: number) => {
    matrix(name, outputs, inputs);
    bias(name, outputs);
  };

  const v = 'vision_tower.vision_model.';
  const patch = `${v}embeddings.patch_embedding`;
  tensors.push({
    name: `${patch}.weight`,
    shape: [vision.hidden, 3, vision.patch, vision.patch],
    mean: 0,
    deviation: 1 / Math.sqrt(3 * vision.patch ** 2),
  });
  bias(patch, vision.hidden);
  tensors.push({
    name: `${v}embeddings.position_embedding.weight`,
    shape: [pictureTokens(shape), vision.hidden],
    mean: 0,
    deviation: 0.02,
  });
  for (let i = 0; i < vision.layers; i++) {
    const layer = `${v}encoder.layers.${i}.`;
    for (const name of ['layer_norm1', 'layer_norm2']) {
      norm(`${layer}${name}.weight`, vision.hidden);
      bias(`${layer}${name}`, vision.hidden);
    }
    for (const name of ['q_proj', 'k_proj', 'v_proj', 'out_proj'])
      linear(`${layer}self_attn.${name}`, vision.hidden, vision.hidden);
    linear(`${layer}mlp.fc1`, vision.intermediate, vision.hidden);
    linear(`${layer}mlp.fc2`, vision.hidden, vision.intermediate);
  }
  linear('multi_modal_projector.linear_1', text.hidden, vision.hidden);
  linear('multi_modal_projector.linear_2', text.hidden, text.hidden);

  const t = 'language_model.model.';
  const kvWidth = (text.hidden / text.heads) * text.kvHeads;
  tensors.push({ name: `${t}embed_tokens.weight`, shape: [text.vocabulary, text.hidden], mean: 0, deviation: 0.02 });
  for (let i = 0; i < text.layers; i++) {
    const layer = `${t}layers.${i}.`;
    norm(`${layer}input_layernorm.weight`, text.hidden);
    norm(`${layer}post_attention_layernorm.weight`, text.hidden);
    linear(`${layer}self_attn.q_proj`, text.hidden, text.hidden);
    linear(`${layer}self_attn.k_proj`, kvWidth, text.hidden);
    linear(`${layer}self_attn.v_proj`, kvWidth, text.hidden);
    matrix(`${layer}self_attn.o_proj`, text.hidden, text.hidden);
    matrix(`${layer}mlp.gate_proj`, text.intermediate, text.hidden);
    matrix(`${layer}mlp.up_proj`, text.intermediate, text.hidden);
    matrix(`${layer}mlp.down_proj`, text.hidden, text.intermediate);
  }
  norm(`${t}norm.weight`, text.hidden);
  return tensors;
}
