// SPDX-License-Identifier: Apache-2.0
/** How a prompt is prefilled: the chunks, and how many layers at a time. Pure. */

/** Bytes of keys and values held as floats at once while a prompt is prefilled layer by layer. */
export const FLOATS_AT_ONCE = 128 << 20;

/**
 * Whether layer-by-layer prefill saves enough memory; slightly above the limit it saves little.
 * @param bytes of all keys and values as floats.
 */
export function worthLayers(bytes: number, floatsAtOnce: number): boolean {
  return bytes > 4 * floatsAtOnce;
}

/** Bytes that the attention scores of one layer may take: queries x room, over all heads. */
const SCORES = 64 << 20;
/** The fewest positions per run, and their step: fewer would leave the kernels' blocks half empty. */
const [LEAST, STEP] = [32, 16];
/** The most positions per run, unless the device needs fewer. */
export const CHUNK = 512;

/**
 * Positions per run.
 * @param heads number of query heads. @param room positions for which keys have room. @param asked the most allowed.
 */
export function chunkLength(heads: number, room: number, asked = CHUNK): number {
  const fit = Math.floor(SCORES / (4 * heads * room));
  return Math.min(asked, Math.max(LEAST, fit - (fit % STEP)));
}

/** Consecutive layers; `to` is exclusive. */
export interface Layers {
  from: number;
  to: number;
}

/**
 * Groups of consecutive layers, each with its keys and values within `limit` bytes, and at least one layer.
 * @param bytes of one layer's keys and values as floats.
 */
export function layerGroups(layers: number, bytes: number, limit: number): Layers[] {
  const size = Math.max(1, Math.min(layers, Math.floor(limit / bytes)));
  return Array.from({ length: Math.ceil(layers / size) }, (_, i) => ({
    from: i * size,
    to: Math.min(layers, (i + 1) * size),
  }));
}
