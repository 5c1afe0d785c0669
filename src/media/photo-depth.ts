// SPDX-License-Identifier: Apache-2.0
import type { Metadata } from 'sharp';
import { firstBytes } from './file';
import { sharp } from './sharp';

/** How many of 16 bits cameras and scanners use, if not all. */
const DEPTHS = [8, 10, 12, 14] as const;
/** How many bytes of a PNG are searched for its sBIT chunk: a colour profile may come before it. */
const HEAD = 1 << 16;
/** Side, in pixels, of a small picture that shows cheaply whether all 16 bits are used. */
const GLANCE = 256;

/**
 * How many bits of a 16-bit PNG or TIFF are used, if fewer than 16 are and the picture would look nearly black. That is
 * the number in the PNG itself (sBIT) if its values fit, else the smallest usual depth that holds its largest value.
 * Undefined if all bits are used, for a black picture and for pictures of another depth.
 */
export async function usedBits(path: string, facts: Metadata): Promise<number | undefined> {
  const { format, depth, space, channels, hasAlpha } = facts;
  if (depth !== 'ushort' || (format !== 'png' && format !== 'tiff') || !/^(grey16|rgb16)$/.test(space))
    return undefined;
  const largestDepth = DEPTHS.at(-1)!;
  // Most pictures use all bits, and a few of their values show it: only the others are read completely.
  const glance = sharp(path)
    .removeAlpha()
    .resize(GLANCE, GLANCE, { kernel: 'nearest', fit: 'fill' })
    .toColourspace(space)
    .raw({ depth: 'ushort' });
  const seen = await glance.toBuffer();
  if (new Uint16Array(seen.buffer, seen.byteOffset, seen.length / 2).some((value) => value >= 1 << largestDepth))
    return undefined;
  const colours = (await sharp(path).stats()).channels.slice(0, hasAlpha ? channels - 1 : channels);
  const most = Math.max(...colours.map(({ max }) => max));
  if (most === 0) return undefined;
  const said = format === 'png' ? significantBits(await firstBytes(path, HEAD)) : undefined;
  const holds = (bits: number): boolean => most < 1 << bits;
  return said !== undefined && said < 16 && holds(said) ? said : DEPTHS.find(holds);
}

/** The largest number in a PNG's sBIT chunk; undefined without one. */
function significantBits(png: Buffer): number | undefined {
  for (let at = 8; at + 12 <= png.length;) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + length);
    if (type === 'sBIT' && data.length > 0) return Math.max(...data.subarray(0, 3));
    if (type === 'IDAT') return undefined;
    at += 12 + length;
  }
  return undefined;
}
