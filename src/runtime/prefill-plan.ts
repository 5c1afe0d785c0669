// SPDX-License-Identifier: Apache-2.0
/** How a prompt is prefilled: in which chunks, and how many layers at a time. Pure. */

/** Bytes of keys and values that stand as floats at once while a prompt is prefilled layer by layer. */
export const FLOATS_AT_ONCE = 128 << 20;

/** Whether it pays: what is little more than those takes hardly less so. @param bytes of all keys and values as floats. */
export function worthLayers(bytes: number, floatsAtOnce: number): boolean {
  return bytes > 4 * floatsAtOnce;
}

/** Bytes that the scores of one layer's attention may take: queries x room, of every head. */
const SCORES = 64 << 20;
/** Positions a run at least, and in steps of: fewer would leave the kernels' blocks half empty. */
const [LEAST, STEP] = [32, 16];
/** Positions that one run takes at most, unless the device wants fewer. */
export const CHUNK = 512;

/**
 * Positions a run.
 * @param heads of queries. @param room positions that keys have room for. @param asked the most.
 */
export function chunkLength(heads: number, room: number, asked = CHUNK): number {
  const fit = Math.floor(SCORES / (4 * heads * room));
  return Math.min(asked, Math.max(LEAST, fit - (fit % STEP)));
}

/** Some layers that follow each other; `to` is the first that is not among them. */
export interface Layers {
  from: number;
  to: number;
}

/**
 * Layers in groups, each with its keys and values within `limit`, and at least one.
 * @param bytes of one layer's keys and values as floats.
 */
export function layerGroups(layers: number, bytes: number, limit: number): Layers[] {
  const size = Math.max(1, Math.min(layers, Math.floor(limit / bytes)));
  return Array.from({ length: Math.ceil(layers / size) }, (_, i) => ({
    from: i * size,
    to: Math.min(layers, (i + 1) * size),
  }));
}
