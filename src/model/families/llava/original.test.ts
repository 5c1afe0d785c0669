// SPDX-License-Identifier: Apache-2.0
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileModel } from '../../compile/compile';
import { writeDecoder } from '../../compile/decoder';
import { GraphWriter } from '../../compile/graph';
import { writeVisionEncoder } from '../../compile/vision';
import { ModelWeights } from '../../compile/weights';
import { readModelSettings } from '../../folder';
import { readImageNewline } from '../../image-newline';
import type { Checkpoint } from '../../safetensors';
import { familyOf } from '..';

const parse = (json: unknown) => familyOf(json).parseConfig(json);

const ORIGINAL = join(import.meta.dirname, '../../golden/original');

/** The size-dependent fields of lmms-lab's config.json; the rest is equal in all. */
const published = (size: object) => ({
  architectures: ['LlavaQwenForCausalLM'],
  model_type: 'llava_qwen',
  hidden_act: 'silu',
  mm_hidden_size: 1152,
  mm_patch_merge_type: 'spatial_unpad',
  mm_projector_type: 'mlp2x_gelu',
  mm_resampler_type: null,
  mm_vision_select_feature: 'patch',
  mm_vision_select_layer: -2,
  mm_vision_tower: 'google/siglip-so400m-patch14-384',
  max_position_embeddings: 32768,
  rms_norm_eps: 1e-6,
  rope_scaling: null,
  rope_theta: 1e6,
  sliding_window: 32768,
  use_sliding_window: false,
  eos_token_id: 151645,
  ...size,
});
const SIZES = {
  '0.5B': {
    hidden_size: 1024,
    intermediate_size: 2816,
    num_attention_heads: 16,
    num_hidden_layers: 24,
    num_key_value_heads: 16,
    vocab_size: 151936,
    tie_word_embeddings: true,
  },
  '7B': {
    hidden_size: 4096,
    intermediate_size: 11008,
    num_attention_heads: 32,
    num_hidden_layers: 32,
    num_key_value_heads: 32,
    vocab_size: 151936,
    tie_word_embeddings: false,
  },
  '14B': {
    hidden_size: 5120,
    intermediate_size: 13696,
    num_attention_heads: 40,
    num_hidden_layers: 40,
    num_key_value_heads: 40,
    vocab_size: 152064,
    tie_word_embeddings: false,
  },
  'grouped 7B': {
    hidden_size: 3584,
    intermediate_size: 18944,
    num_attention_heads: 28,
    num_hidden_layers: 28,
    num_key_value_heads: 4,
    vocab_size: 152064,
  },
};

/** A checkpoint with the original's names that has every requested tensor, and records the requests. */
function anyCheckpoint(asked: Map<string, readonly number[]>, tied: boolean): Checkpoint {
  return {
    has: (name: string) =>
      !(tied && name.startsWith('lm_head')) &&
      /^(lm_head|model\.(embed_tokens|layers|norm|mm_projector|vision_tower\.vision_tower))\./.test(name),
    expect: (name: string, shape: readonly number[]) => void asked.set(name, shape),
    read: async function* () {
      /* a dry run reads nothing */
    },
  } as unknown as Checkpoint;
}

describe('the original config', () => {
  it.each(Object.entries(SIZES))('of %s becomes the same graphs, of its shapes', async (_, size) => {
    const config = parse(published(size));
    expect(config).toMatchObject({
      layout: 'original',
      imageTokenId: 151646,
      tokensPerTile: 729,
      projector: { kind: 'mlp', bias: true },
      vision: {
        hiddenSize: 1152,
        intermediateSize: 4304,
        layers: 26,
        heads: 16,
        imageSize: 384,
        patchSize: 14,
        epsilon: 1e-6,
        activation: 'gelu_tanh',
      },
      text: {
        hiddenSize: size.hidden_size,
        kvHeads: size.num_key_value_heads,
        headDim: size.hidden_size / size.num_attention_heads,
        ropeTheta: 1e6,
        contextLength: 32768,
      },
    });
    const asked = new Map<string, readonly number[]>();
    let bytes = 0;
    const graph = GraphWriter.measure((n) => {
      bytes += n;
    });
    const tied = 'tie_word_embeddings' in size && size.tie_word_embeddings;
    const c = {
      graph,
      weights: new ModelWeights(anyCheckpoint(asked, tied)),
      format: 'w8a8' as const,
      activations: new Map(),
    };
    await writeDecoder(c, config);
    const head = tied ? 'model.embed_tokens.weight' : 'lm_head.weight';
    expect(asked.get(head)).toEqual([size.vocab_size, size.hidden_size]);
    expect(asked.get('model.layers.0.self_attn.k_proj.weight')).toEqual([
      (size.num_key_value_heads * size.hidden_size) / size.num_attention_heads,
      size.hidden_size,
    ]);
    const values = [...asked.values()].reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
    // One byte per weight, some more for scales; the position tables are floats.
    const positions = 4 * 32768 * config.text.headDim;
    expect((bytes - positions) / values).toBeGreaterThan(1);
    expect((bytes - positions) / values).toBeLessThan(1.02);
    await writeVisionEncoder({ ...c, activations: new Map() }, config);
    expect(asked.get('model.mm_projector.2.weight')).toEqual([size.hidden_size, size.hidden_size]);
    expect(asked.has('model.vision_tower.vision_tower.vision_model.encoder.layers.25.mlp.fc2.bias')).toBe(true);
    expect(asked.has('model.vision_tower.vision_tower.vision_model.encoder.layers.26.mlp.fc2.bias')).toBe(false);
  });

  it.each<[string, object]>([
    ['clip-vit-large-patch14-336', { mm_vision_tower: 'openai/clip-vit-large-patch14-336' }],
    ['linear', { mm_projector_type: 'linear' }],
    ['perceiver', { mm_resampler_type: 'perceiver' }],
    ['yarn', { rope_scaling: { type: 'yarn', factor: 4 } }],
    ['without a vision tower', { mm_vision_tower: undefined }],
  ])('of something else is refused by its name: %s', (name, change) => {
    expect(() => parse(published({ ...SIZES['0.5B'], ...change }))).toThrow(
      expect.objectContaining({
        code: 'model-unsupported',
        message: expect.stringContaining(name) as string,
      }),
    );
  });

  it('needs no settings of pictures, and ends where ChatML ends', async () => {
    const settings = await readModelSettings(ORIGINAL);
    expect(settings.pixels).toEqual({
      width: 24,
      height: 24,
      filter: 'bicubic',
      rescaleFactor: 1 / 255,
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
    });
    const tokenizer = JSON.parse(await readFile(join(ORIGINAL, 'tokenizer.json'), 'utf8')) as {
      added_tokens: { id: number; content: string }[];
    };
    expect(settings.eosIds).toContain(tokenizer.added_tokens.find((t) => t.content === '<|im_end|>')!.id);
  });

  it('keeps the vector that ends a row of tiles', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'zoetrope-original-'));
    await cp(ORIGINAL, dir, { recursive: true });
    const folder = await compileModel(dir, dir, { precision: 'w8a8' });
    expect(await readImageNewline(folder)).toEqual(Float32Array.from({ length: 48 }, (_, i) => i / 16 - 1));
    const more = await compileModel(dir, dir, { precision: 'w4' }); // carried over
    expect((await readImageNewline(more))?.length).toBe(48);
    await rm(dir, { recursive: true });
  });
});
