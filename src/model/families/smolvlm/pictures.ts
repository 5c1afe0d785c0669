// SPDX-License-Identifier: Apache-2.0
/**
 * How SmolVLM2 takes pictures: one alone as tiles and as a whole, others as a whole. Source: transformers,
 * image_processing_pil_smolvlm.py, video_processing_smolvlm.py and processing_smolvlm.py. Pure.
 */

import type { RgbImage } from '../../../contract';
import type { LayoutSpan, PictureWay } from '../../../sequence';
import { cropped, resizeSteps } from '../../../vision';
import type { ModelConfig, PixelSettings } from '../../config';
import type { PicturePlan } from '../family';
import { joined } from '../feature-map';

interface Size {
  width: number;
  height: number;
}

/** No picture is made larger than this on a side, in pixels. */
const MOST = 4096;

const FAKE = { type: 'control', token: '<fake_token_around_image>' } as const;
const GLOBAL = { type: 'control', token: '<global-img>' } as const;

export function smolPlan(
  size: Size,
  way: PictureWay,
  { vision: { imageSize: side }, tokensPerTile }: ModelConfig,
  { filter, longestEdge }: PixelSettings,
): PicturePlan {
  const whole: LayoutSpan[] = [FAKE, GLOBAL, { type: 'rows', count: tokensPerTile }, FAKE];
  const first = longest(size, (way === 'video' ? longestEdge?.frame : longestEdge?.picture) ?? side);
  const pack = (features: readonly Float32Array[]): Float32Array => joined(features);
  const squared = function* (image: RgbImage): Generator<void, RgbImage> {
    return yield* resizeSteps(image, side, side, filter);
  };
  const grid = tiled(first, side);
  if (way !== 'single' || (grid.width <= side && grid.height <= side)) {
    return {
      key: way === 'video' ? 'video' : '',
      tiles: 1,
      rows: tokensPerTile,
      layout: whole,
      *cut(image) {
        return [yield* squared(yield* resizeSteps(image, first.width, first.height, filter))];
      },
      pack,
    };
  }
  const [columns, rows] = [grid.width / side, grid.height / side];
  return {
    key: 'tiled',
    tiles: columns * rows + 1,
    rows: (columns * rows + 1) * tokensPerTile,
    layout: [...tileLayout(columns, rows, tokensPerTile), { type: 'text', text: '\n\n' }, ...whole],
    *cut(image) {
      const fitted = yield* resizeSteps(image, first.width, first.height, filter);
      const large = yield* resizeSteps(fitted, grid.width, grid.height, filter);
      const tiles = Array.from({ length: columns * rows }, (_, at) =>
        cropped(large, (at % columns) * side, Math.floor(at / columns) * side, side),
      );
      return [yield* squared(large), ...tiles];
    },
    // The whole picture, which is encoded first, stands last.
    pack: ([overview, ...tiles]) => pack([...tiles, overview!]),
  };
}

/** `<row_1_col_1>` and so on, a newline after each row of tiles. */
function tileLayout(columns: number, rows: number, count: number): LayoutSpan[] {
  const spans: LayoutSpan[] = [];
  for (let row = 1; row <= rows; row++) {
    for (let column = 1; column <= columns; column++)
      spans.push(FAKE, { type: 'control', token: `<row_${row}_col_${column}>` }, { type: 'rows', count });
    // The last row's newline is tokenized together with the one before the whole picture.
    if (row < rows) spans.push({ type: 'text', text: '\n' });
  }
  return spans;
}

/** As `get_resize_output_image_size`: the longer side as given, the other even, both limited. */
function longest({ width, height }: Size, edge: number): Size {
  const ratio = width / height;
  const even = (n: number): number => (n % 2 ? n + 1 : n);
  let size =
    width >= height
      ? { width: edge, height: even(Math.trunc(edge / ratio)) }
      : { width: even(Math.trunc(edge * ratio)), height: edge };
  size = { width: Math.max(size.width, 1), height: Math.max(size.height, 1) };
  const again = size.width / size.height;
  if (size.width >= size.height && size.width > MOST) size = { width: MOST, height: Math.trunc(MOST / again) };
  else if (size.height > size.width && size.height > MOST) size = { width: Math.trunc(MOST * again), height: MOST };
  return { width: Math.max(size.width, 1), height: Math.max(size.height, 1) };
}

/** As `resize_for_vision_encoder`: both sides rounded up to whole tiles. */
function tiled({ width, height }: Size, side: number): Size {
  const up = (n: number): number => Math.ceil(n / side) * side;
  const ratio = width / height;
  return width >= height
    ? { width: up(width), height: up(Math.trunc(up(width) / ratio)) }
    : { width: up(Math.trunc(up(height) * ratio)), height: up(height) };
}
