// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { PixelSize } from './crop';
import { say, type Sentence } from './sentence';

/**
 * How transparent pixels of a photograph are filled: with white, or (`dropped`) with the colours as they are stored,
 * ignoring alpha.
 */
export const Transparency = z.enum(['white', 'dropped']);
export type Transparency = z.infer<typeof Transparency>;

/** How a photograph was read, where there was a choice. */
export const PhotoFacts = z.object({
  /** Absent if nothing is transparent. */
  transparency: Transparency.optional(),
  /** Number of the 16 bits that its values use; they were scaled to the full range. */
  bits: z.number().int().min(1).max(15).optional(),
  /** Width and height of the file, turned as people see it, if it was read at half of them. */
  original: PixelSize.optional(),
});
export type PhotoFacts = z.infer<typeof PhotoFacts>;

/** The same as plain sentences; empty where there was no choice. */
export function photoNotes({ transparency, bits, original }: PhotoFacts): Sentence[] {
  return [
    ...(transparency === 'white' ? [say`Its transparent parts are shown on white.`] : []),
    ...(transparency === 'dropped' ? [say`Its transparency is ignored: every pixel has its stored colour.`] : []),
    ...(bits === undefined ? [] : [say`Its values use ${bits} of 16 bits: they are stretched to full brightness.`]),
    ...(original === undefined
      ? []
      : [say`It is ${`${original.width} x ${original.height}`} pixels and is read at half its width and height.`]),
  ];
}
