// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { say, type Sentence } from './sentence';

/** What stands where a photograph is transparent: white, or (`dropped`) the colours as they are stored, whatever its alpha says. */
export const Transparency = z.enum(['white', 'dropped']);
export type Transparency = z.infer<typeof Transparency>;

/** How a photograph was read, where there was more than one way. */
export const PhotoFacts = z.object({
  /** Absent where nothing is transparent. */
  transparency: Transparency.optional(),
  /** So many bits of 16 its values use: they were stretched to all of them. */
  bits: z.number().int().min(1).max(15).optional(),
});
export type PhotoFacts = z.infer<typeof PhotoFacts>;

/** The same in plain sentences; none where there was only one way. */
export function photoNotes({ transparency, bits }: PhotoFacts): Sentence[] {
  return [
    ...(transparency === 'white' ? [say`Its transparent parts are shown on white.`] : []),
    ...(transparency === 'dropped' ? [say`Its transparency is ignored: every pixel has its stored colour.`] : []),
    ...(bits === undefined ? [] : [say`Its values use ${bits} of 16 bits: they are stretched to full brightness.`]),
  ];
}
