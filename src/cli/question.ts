// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { PixelSize, Rectangle, say, splitCrop, ZoetropeError, type Transparency, type WantedCrop } from '../contract';
import { placeholderCount, PLACEHOLDER, withMarks } from '../sequence';
import type { Medium } from './media';
import { usage } from './options';

/** A rectangle as the receipt has it; `of` may be left out, and is then not compared. */
const CropPart = Rectangle.extend({ of: PixelSize.optional() });

/** A sequence file: text and media in order. Paths are relative to the file. */
export const SequenceFile = z.object({
  parts: z
    .array(
      z.union([
        z.object({ text: z.string() }).strict(),
        z.object({ image: z.string(), tiles: z.boolean().optional(), crop: CropPart.optional() }).strict(),
        z.object({ video: z.string(), frames: z.number().int().min(1).max(512).optional() }).strict(),
        z.object({ video: z.string(), times: z.array(z.number().nonnegative()).min(1).max(512) }).strict(),
        z.object({ scene: z.string(), views: z.number().int().min(1).max(512).optional() }).strict(),
      ]),
    )
    .min(1),
});

/** A medium as it was named in the options. */
export interface Named {
  kind: Medium['kind'];
  path: string;
}

export interface Question {
  text: string;
  media: Medium[];
}

/** Defaults for media that do not specify them. */
export interface Usual {
  frames: number;
  views: number;
  tiles?: boolean;
  transparency?: Transparency;
  crop?: WantedCrop;
}

/** The question, from the options or from a sequence file. @throws bad-request */
export async function readQuestion(
  question: string,
  named: readonly Named[],
  file: string | undefined,
  usual: Usual,
): Promise<Question> {
  const text = withMarks(question);
  if (file === undefined) {
    if (text.trim() === '') throw usage(say`There is no question.`);
    return { text, media: named.map(({ kind, path }) => mediumOf(kind, path, usual)) };
  }
  if (named.length > 0) throw usage(say`--sequence names its own media; leave out --video, --image and --scene.`);
  return readSequence(file, text, usual);
}

async function readSequence(file: string, question: string, usual: Usual): Promise<Question> {
  let parts;
  try {
    const json: unknown = JSON.parse(await readFile(file, 'utf8'));
    ({ parts } = SequenceFile.parse(Array.isArray(json) ? { parts: json } : json));
  } catch (error) {
    throw new ZoetropeError(
      'bad-request',
      say`The sequence file ${file} cannot be used.`,
      say`It lists {"parts": [{"text": ...}, {"image": ...}, {"video": ..., "frames": 16}, {"scene": ..., "views": 8}]}.`,
      String(error),
    );
  }
  const { text, media } = questionOf(parts, dirname(file), usual);
  return { text: text + question, media };
}

/** The question that the parts of a sequence are. @param folder the one that their paths are relative to. */
export function questionOf(parts: z.infer<typeof SequenceFile>['parts'], folder: string, usual: Usual): Question {
  const at = (path: string): string => resolve(folder, path);
  const media: Medium[] = [];
  let text = '';
  for (const part of parts) {
    if ('text' in part) {
      const words = withMarks(part.text);
      if (placeholderCount(words) > 0)
        throw usage(
          say`A text of the sequence holds <image>; name the picture as a part of its own, or write \\<image> where the word is meant.`,
        );
      text += words;
      continue;
    }
    text += PLACEHOLDER;
    if ('image' in part) {
      const { image, tiles, crop } = part;
      media.push(
        mediumOf('image', at(image), {
          ...usual,
          tiles: tiles ?? usual.tiles,
          crop: crop && { unit: 'pixel', ...crop },
        }),
      );
    } else if ('scene' in part)
      media.push(mediumOf('scene', at(part.scene), { ...usual, views: part.views ?? usual.views }));
    else if ('times' in part)
      media.push({ kind: 'video', path: at(part.video), plan: { strategy: 'at', times: part.times } });
    else media.push(mediumOf('video', at(part.video), { ...usual, frames: part.frames ?? usual.frames }));
  }
  return { text, media };
}

/** @throws ZoetropeError `bad-request` for a picture whose name ends with a rectangle that cannot be read. */
export function mediumOf(
  kind: Medium['kind'],
  path: string,
  { frames, views, tiles, transparency, crop }: Usual,
): Medium {
  if (kind === 'image') {
    const named = splitCrop(path);
    if (crop && named.crop) throw usage(say`The picture ${path} has two rectangles: one after its name, and "crop".`);
    return { kind, path: named.file, tiles: tiles ?? false, transparency, crop: crop ?? named.crop };
  }
  if (kind === 'scene') return { kind, path, count: views };
  return { kind, path, plan: { strategy: 'uniform', count: frames } };
}
