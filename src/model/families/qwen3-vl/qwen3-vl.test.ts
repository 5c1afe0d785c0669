// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CATALOG } from '../../catalog';
import { qwen3Vl } from '.';
import { oneDecimal } from './captions';

const GOLDEN = join(import.meta.dirname, '../../golden/qwen3vl');
const published = CATALOG.find(({ title }) => title === 'Qwen3-VL 2B')!.config;

/** The published config with other values in one of its parts. */
const config = (part: 'text_config' | 'vision_config', values: object): unknown => ({
  ...published,
  [part]: { ...(published[part] as object), ...values },
});

describe('Qwen3-VL', () => {
  it('gives pictures and frames the sizes that transformers gives them', async () => {
    const parsed = qwen3Vl.parseConfig(published);
    const { plan } = qwen3Vl.inputFormat(parsed, qwen3Vl.parsePixels({}, 'config.json', parsed), undefined);
    const { sizes, frames } = JSON.parse(await readFile(join(GOLDEN, 'golden.json'), 'utf8')) as {
      sizes: [number, number, number, number][];
      frames: [number, number, number, number, number][];
    };
    for (const [width, height, w, h] of sizes)
      expect([width, height, plan({ width, height }, 'several').key]).toEqual([width, height, `${w}x${h}`]);
    for (const [n, width, height, w, h] of frames)
      expect([n, width, height, plan({ width, height }, 'video', n).key]).toEqual([n, width, height, `${w}x${h}`]);
  });

  it('reads the config in the form of transformers 5 too', () => {
    const { rope_theta, rope_scaling, ...text } = published['text_config'] as Record<string, unknown>;
    const rope_parameters = { ...(rope_scaling as object), rope_theta };
    const parsed = qwen3Vl.parseConfig({ ...published, text_config: { ...text, rope_parameters } });
    expect(parsed).toEqual(qwen3Vl.parseConfig(published));
    expect(parsed.text).toMatchObject({ ropeTheta: 5e6, ropeSections: [24, 20, 20], deepLayers: 3, headNorm: true });
  });

  it('bounds a picture of any size and shape', () => {
    const parsed = qwen3Vl.parseConfig(published);
    const { plan } = qwen3Vl.inputFormat(parsed, qwen3Vl.parsePixels({}, 'config.json', parsed), undefined);
    for (const size of [1, 7, 32, 500, 20_000])
      for (const other of [1, 33, 20_000])
        for (const way of ['single', 'several', 'video'] as const) {
          const { rows } = plan({ width: size, height: other }, way, 3);
          expect(rows).toBeGreaterThan(0);
          expect(rows).toBeLessThanOrEqual(1280);
        }
  });

  it.each([
    [0.25, '0.2'],
    [0.75, '0.8'],
    [12.25, '12.2'],
    [1.05, '1.1'],
    [0.35, '0.3'],
    [9.96, '10.0'],
    [3600, '3600.0'],
  ])('writes %d seconds as Python does', (seconds, words) => {
    expect(oneDecimal(seconds)).toBe(words);
  });

  it.each([
    ['text_config', { hidden_act: 'gelu' }, 'model-unsupported'],
    ['text_config', { attention_bias: true }, 'model-unsupported'],
    ['text_config', { rope_scaling: { rope_type: 'yarn', mrope_section: [24, 20, 20] } }, 'model-unsupported'],
    ['text_config', { rope_scaling: { mrope_interleaved: false, mrope_section: [24, 20, 20] } }, 'model-unsupported'],
    ['text_config', { rope_scaling: { mrope_section: [24, 20, 21] } }, 'model-broken'],
    ['text_config', { num_hidden_layers: 2 }, 'model-broken'],
    ['vision_config', { temporal_patch_size: 3 }, 'model-unsupported'],
    ['vision_config', { deepstack_visual_indexes: [5, 5] }, 'model-unsupported'],
    ['vision_config', { deepstack_visual_indexes: [24] }, 'model-broken'],
    ['vision_config', { num_position_embeddings: 2300 }, 'model-broken'],
    ['vision_config', { out_hidden_size: 1024 }, 'model-broken'],
    ['vision_config', { num_heads: 512 }, 'model-broken'],
  ] as const)('refuses another %s: %o', (part, values, code) => {
    expect(() => qwen3Vl.parseConfig(config(part, values))).toThrow(expect.objectContaining({ code }));
  });

  it('refuses pictures cut into other patches than its tower takes', () => {
    const parsed = qwen3Vl.parseConfig(published);
    for (const json of [{ patch_size: 14 }, { video_processor: { merge_size: 4 } }])
      expect(() => qwen3Vl.parsePixels(json, 'preprocessor_config.json', parsed)).toThrow(
        expect.objectContaining({ code: 'model-broken' }),
      );
  });
});
