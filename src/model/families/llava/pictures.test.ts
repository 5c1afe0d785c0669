// SPDX-License-Identifier: Apache-2.0
/** Compared with the original LLaVA-NeXT code: golden/make_packed.py. */

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { finished } from '../../../vision';
import { drawnPicture } from '../../../vision/golden/picture';
import { familyOf } from '..';
import onevision from '../../golden/onevision/golden.json';
import packed from './golden/packed.json';

const NEWLINE = Float32Array.of(-5, 7);

const config = (kind: string, edge: number, more: object = {}) => ({
  architectures: ['LlavaQwenForCausalLM'],
  mm_patch_merge_type: 'spatial_unpad',
  mm_projector_type: 'mlp2x_gelu',
  mm_spatial_pool_mode: 'bilinear',
  mm_vision_tower: 'small',
  image_aspect_ratio: kind,
  image_grid_pinpoints:
    kind === 'anyres'
      ? [
          [1, 2],
          [2, 1],
          [2, 2],
          [3, 1],
          [1, 3],
        ].map((pair) => pair.map((n) => n * (edge === 3 ? 24 : 384)))
      : '(1x1),...,(6x6)',
  image_token_index: 5,
  vocab_size: 100,
  vision_config: {
    model_type: 'siglip_vision_model',
    image_size: edge === 3 ? 24 : 384,
    patch_size: edge === 3 ? 8 : 14,
  },
  ...more,
});

function formatOf(json: object) {
  const family = familyOf(json);
  const parsed = family.parseConfig(json);
  return family.inputFormat(parsed, family.parsePixels({}, 'config.json', parsed), undefined);
}

/** Features as the script numbers them. */
const numbered = (tiles: number): Float32Array[] =>
  Array.from({ length: tiles }, (_, t) =>
    Float32Array.from({ length: 18 }, (__, i) => (i % 2 ? -t : 1000 * t + Math.floor(i / 2))),
  );
const rowsOf = (values: Float32Array): number[][] =>
  Array.from({ length: values.length / 2 }, (_, row) => [values[2 * row]!, values[2 * row + 1]!]);
const close = (rows: number[][], expected: number[][]): void =>
  rows.forEach((row, i) => row.forEach((value, k) => expect(value).toBeCloseTo(expected[i]![k]!, 2)));

describe("a picture alone, as the original's AnyRes takes it", () => {
  it.each(packed.single.map((one) => ({ ...one, name: `${one.kind} ${one.size.join(' x ')}` })))(
    '$name',
    ({ kind, size, tiles, rows, values, pixels }) => {
      const [width, height] = size as [number, number];
      const plan = formatOf(config(kind, 3)).plan({ width, height }, 'single');
      expect(plan).toMatchObject({ tiles, rows, layout: [{ type: 'rows', count: rows }] });
      const result = rowsOf(plan.pack(numbered(tiles), NEWLINE));
      expect(result).toHaveLength(rows);
      close(values.length === rows ? result : [...result.slice(0, 2), ...result.slice(-2)], values);
      const hash = createHash('sha256');
      for (const tile of finished(plan.cut(drawnPicture(width, height)))) hash.update(tile.data);
      expect(hash.digest('hex')).toBe(pixels);
    },
  );

  it.each(packed.counts)('$kind, tokens of $size as published', ({ kind, size, rows }) => {
    const [width, height] = size as [number, number];
    expect(formatOf(config(kind, 27)).plan({ width, height }, 'single').rows).toBe(rows);
  });
});

it("counts the tokens of LLaVA-OneVision's pictures as transformers does", () => {
  const format = formatOf({
    model_type: 'llava_onevision',
    vision_config: { image_size: 384, patch_size: 14 },
    text_config: {},
  });
  for (const [width, height, tokens] of onevision.counts as [number, number, number][])
    expect([width, height, format.plan({ width, height }, 'single').rows]).toEqual([width, height, tokens]);
});

describe('several pictures and videos', () => {
  it('end a picture as the original does', () => {
    const plan = formatOf(config('anyres', 3)).plan({ width: 40, height: 30 }, 'several');
    close(rowsOf(plan.pack(numbered(1), NEWLINE)), packed.several);
    expect(plan.rows).toBe(packed.several.length);
    // LLaVA-NeXT-Interleave knows a video as several pictures.
    expect(formatOf(config('anyres', 3)).plan({ width: 40, height: 30 }, 'video').rows).toBe(plan.rows);
  });

  it.each(Object.entries(packed.videos))('pool frames, newline position %s', (position, expected) => {
    const format = formatOf(config('anyres_max_9', 3, { mm_newline_position: position }));
    const plan = format.plan({ width: 50, height: 50 }, 'video');
    const rows = numbered(3).flatMap((features) => rowsOf(plan.pack([features], NEWLINE)));
    if (format.endsVideo) rows.push([...NEWLINE]);
    expect(rows).toHaveLength(expected.length);
    close(rows, expected);
  });
});
