// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { say, ZoetropeError, type RgbImage } from '../../src/contract';
import { readPhoto } from '../../src/media';
import { PLACEHOLDER } from '../../src/sequence';

/** A question about a sample's pictures, with its family and the one right answer. */
export interface HeldOutQuestion {
  family: string;
  text: string;
  answer: string;
}

export interface HeldOutSample {
  id: number;
  /** `single`, `video of 8`, ... */
  world: string;
  /** `seen`: like the training data, from new seeds. Otherwise what is new about it. */
  split: 'seen' | 'new pairs' | 'new wordings';
  /** Picture files, each with a region: `a.jpg#xywh=96,0,96,96`. */
  images: string[];
  questions: HeldOutQuestion[];
}

/** A record of M4-Instruct, as `training/eval/held_out.py` writes it. */
const Record = z.object({
  sample_id: z.number().int(),
  image: z.array(z.string().regex(/^[\w.-]+#xywh=\d+,\d+,[1-9]\d*,[1-9]\d*$/)),
  conversations: z.array(z.object({ from: z.enum(['human', 'gpt']), value: z.string().min(1) })).min(2),
  metadata: z.object({
    world: z.string(),
    split: z.enum(['seen', 'new pairs', 'new wordings']),
    families: z.array(z.string()).min(1),
  }),
});

/** Reads a set of held-out samples. @throws ZoetropeError `bad-request` if its list is missing or invalid. */
export async function readHeldOut(folder: string): Promise<HeldOutSample[]> {
  try {
    const records = z.array(Record).parse(JSON.parse(await readFile(join(folder, 'm4.json'), 'utf8')));
    return records.map(({ sample_id: id, image: images, conversations, metadata: { world, split, families } }) => {
      if (conversations.length !== 2 * families.length)
        throw new Error(`sample ${id} has ${families.length} families and ${conversations.length} turns`);
      const questions = families.map((family, k) => ({
        family,
        text: conversations[2 * k]!.value.replace(/^(<image>\n)+/, '').replaceAll('<image>', PLACEHOLDER),
        answer: conversations[2 * k + 1]!.value,
      }));
      return { id, world, split, images, questions };
    });
  } catch (error) {
    throw new ZoetropeError(
      'bad-request',
      say`The questions in ${folder} cannot be read.`,
      say`training/eval/held_out.py makes such a folder.`,
      String(error),
    );
  }
}

/** A sample's pictures, cropped from the files that they share. */
export async function readPictures(folder: string, { images }: HeldOutSample): Promise<RgbImage[]> {
  const files = new Map<string, Promise<RgbImage>>();
  return Promise.all(
    images.map(async (name) => {
      const [file = '', place = ''] = name.split('#xywh=');
      if (!files.has(file)) files.set(file, readPhoto(join(folder, file)));
      const [x, y, width, height] = place.split(',').map(Number) as [number, number, number, number];
      return cut(await files.get(file)!, x, y, width, height);
    }),
  );
}

function cut(image: RgbImage, x: number, y: number, width: number, height: number): RgbImage {
  if (x + width > image.width || y + height > image.height)
    throw new RangeError(`${width}x${height} at ${x},${y} is not within ${image.width}x${image.height}`);
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * image.width + x) * 3;
    data.set(image.data.subarray(from, from + width * 3), row * width * 3);
  }
  return { width, height, data };
}
