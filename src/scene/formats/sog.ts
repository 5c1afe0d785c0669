// SPDX-License-Identifier: Apache-2.0
import type { BufferGeometry } from 'three';
import { z } from 'zod';
import { say, ZoetropeError } from '../../contract';
import { parseJson } from '../validate/json';
import { pictureSize } from '../validate/picture-size';
import { unzip } from '../files/unzip';
import { COEFFICIENTS, Gaussians } from './gaussians';
import { checkCount, refuseUnpackable, notA, stopsShort, tooMuch } from '../files/refusals';

/** Decodes a picture's pixels exactly as stored: not premultiplied, and without colour conversion. */
export type DecodePicture = (bytes: Uint8Array<ArrayBuffer>) => Promise<Pixels>;
interface Pixels {
  width: number;
  height: number;
  rgba: Uint8Array;
}

const Triple = z.tuple([z.number(), z.number(), z.number()]);
const Codebook = z.array(z.number()).length(256);
const File = z.tuple([z.string()]);
const Pair = z.tuple([z.string(), z.string()]);
const Meta = z.object({
  version: z.literal(2),
  count: z.number().int().positive(),
  means: z.object({ mins: Triple, maxs: Triple, files: Pair }),
  scales: z.object({ codebook: Codebook, files: File }),
  quats: z.object({ files: File }),
  sh0: z.object({ codebook: Codebook, files: File }),
  shN: z
    .object({
      count: z.number().int().positive(),
      bands: z.union([z.literal(1), z.literal(2), z.literal(3)]),
      codebook: Codebook,
      files: Pair,
    })
    .optional(),
});

/** Palette entries in one row of their picture. */
const PALETTE_ROW = 64;
const MOST_PIXELS = 2 ** 24;
const HALF_ROOT = Math.SQRT1_2;

/**
 * Reads PlayCanvas' SOG, version 2: a zip of lossless WebP pictures with one pixel for each splat, and a meta.json that
 * says what they mean.
 * @see https://developer.playcanvas.com/user-manual/gaussian-splatting/formats/sog/
 */
export async function readSog(
  bytes: Uint8Array<ArrayBuffer>,
  title: string,
  decode: DecodePicture,
  onProgress: (done: number, total: number) => void,
): Promise<BufferGeometry> {
  const files = unzip(bytes, title);
  const { count, means, scales, quats, sh0, shN } = readMeta(files, title);
  checkCount(count, 'splats', title);
  refuseUnpackable(count, bytes.byteLength, title);
  const total = 5 + (shN ? 2 : 0);
  let done = 0;
  const pixels = async (name: string, least = count): Promise<Pixels> => {
    const stored = files.get(name);
    if (!stored) throw stopsShort(title, name);
    const size = pictureSize(stored);
    if (!size) throw notA(title, say`is damaged`, name);
    if (size.width * size.height > MOST_PIXELS) throw tooMuch(title, say`has textures of more than a gigabyte`);
    const picture = await decode(stored).catch((error: unknown) => {
      throw notA(title, say`is damaged`, `${name}: ${String(error)}`);
    });
    if (picture.width * picture.height < least)
      throw stopsShort(title, `${name}: ${picture.width} x ${picture.height} for ${least}`);
    onProgress((done += 1), total);
    return picture;
  };

  const made = new Gaussians(count, shN?.bands ?? 0);
  const [low, high] = [(await pixels(means.files[0])).rgba, (await pixels(means.files[1])).rgba];
  const along = (k: number, axis: 0 | 1 | 2): number => {
    const share = (low[4 * k + axis]! + 256 * high[4 * k + axis]!) / 65535;
    const n = means.mins[axis] + (means.maxs[axis] - means.mins[axis]) * share;
    return Math.sign(n) * Math.expm1(Math.abs(n)); // stored as logarithms, for more precision near the origin
  };
  for (let k = 0; k < count; k++) made.place(k, along(k, 0), along(k, 1), along(k, 2));

  const [lengths, turns] = [(await pixels(scales.files[0])).rgba, (await pixels(quats.files[0])).rgba];
  const axes = scales.codebook.map(Math.exp);
  const turn = [0, 0, 0, 0]; // w, x, y, z
  for (let k = 0; k < count; k++) {
    // The largest of the four components is not stored; the alpha says which one it is.
    const largest = turns[4 * k + 3]! - 252;
    let left = 1;
    for (let c = 0, from = 4 * k; c < 4; c++) {
      if (c === largest) continue;
      const n = ((2 * turns[from++]!) / 255 - 1) * HALF_ROOT;
      turn[c] = n;
      left -= n * n;
    }
    if (largest < 0) turn.splice(0, 4, 1, 0, 0, 0);
    else turn[largest] = Math.sqrt(Math.max(0, left));
    made.shape(
      k,
      axes[lengths[4 * k]!]!,
      axes[lengths[4 * k + 1]!]!,
      axes[lengths[4 * k + 2]!]!,
      turn[1]!,
      turn[2]!,
      turn[3]!,
      turn[0]!,
    );
  }

  const base = (await pixels(sh0.files[0])).rgba;
  const shade = sh0.codebook;
  for (let k = 0; k < count; k++)
    made.colour(k, shade[base[4 * k]!]!, shade[base[4 * k + 1]!]!, shade[base[4 * k + 2]!]!, base[4 * k + 3]! / 255);

  if (shN) {
    const coefficients = COEFFICIENTS[shN.bands];
    const palette = await pixels(shN.files[0], coefficients * shN.count);
    const labels = (await pixels(shN.files[1])).rgba;
    if (palette.width !== PALETTE_ROW * coefficients)
      throw notA(title, say`is damaged`, `${shN.files[0]}: ${palette.width} wide`);
    for (let k = 0; k < count; k++) {
      const label = labels[4 * k]! + 256 * labels[4 * k + 1]!;
      if (label >= shN.count) throw notA(title, say`is damaged`, `${shN.files[1]}: ${label} of ${shN.count}`);
      const from = Math.floor(label / PALETTE_ROW) * palette.width + (label % PALETTE_ROW) * coefficients;
      for (let c = 0; c < coefficients; c++) {
        const at = 4 * (from + c);
        made.side(
          k,
          c,
          shN.codebook[palette.rgba[at]!]!,
          shN.codebook[palette.rgba[at + 1]!]!,
          shN.codebook[palette.rgba[at + 2]!]!,
        );
      }
    }
  }
  return made.geometry();
}

function readMeta(files: ReadonlyMap<string, Uint8Array>, title: string): z.infer<typeof Meta> {
  const stored = files.get('meta.json');
  if (!stored) throw notA(title, say`is not a SOG file`, 'no meta.json');
  let json: unknown;
  try {
    json = parseJson(stored, title);
  } catch (error) {
    throw notA(title, say`is damaged`, String(error));
  }
  const meta = Meta.safeParse(json);
  if (meta.success) return meta.data;
  if ((json as { version?: unknown } | null)?.version !== 2) {
    throw new ZoetropeError(
      'not-a-scene',
      say`${title} is of a version of SOG that Zoetrope does not read.`,
      say`Save it again with a newer SuperSplat, or as .ply.`,
    );
  }
  throw notA(title, say`is damaged`, meta.error.message);
}
