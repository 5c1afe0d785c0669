// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Mesh } from 'three';
import {
  BufferGeometry,
  Float32BufferAttribute,
  Group,
  Matrix3,
  Matrix4,
  Points,
  PointsMaterial,
  Quaternion,
  Vector3,
  type BufferAttribute,
  type DataTexture,
  type ShaderMaterial,
} from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { toErrorInfo } from '../../contract';
import { replaceSplats } from '../load/gltf-splats';
import { readCompressedPly } from './compressed-ply';
import { readPlyHeader } from './ply-header';
import { readSog, type DecodePicture } from './sog';

/**
 * A ball of Gaussians packed by splat-transform, and what splat-transform itself reads from the files: see
 * make_splats.mjs.
 */
const folder = join(import.meta.dirname, '../../../e2e/fixtures/golden');
const fileOf = (name: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(join(folder, name)));
type Known = Record<string, number> & { k: number };
const golden = JSON.parse(readFileSync(join(folder, 'splats.json'), 'utf8')) as Record<
  'splats.sog' | 'splats.compressed.ply' | 'splats.glb',
  Known[]
>;
const COUNT = 260;

const decode: DecodePicture = async (bytes) => {
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgba: data };
};
const sog = (bytes: Uint8Array<ArrayBuffer>, how = decode): Promise<BufferGeometry> =>
  readSog(bytes, 'a.sog', how, () => undefined);
const packed = (bytes: Uint8Array<ArrayBuffer>): BufferGeometry =>
  readCompressedPly(bytes, readPlyHeader(bytes, 'a.ply'), 'a.ply').geometry;

const valuesOf = (geometry: BufferGeometry, name: string, k: number): number[] => {
  const { array, itemSize } = geometry.getAttribute(name) as BufferAttribute;
  return [...array.slice(k * itemSize, (k + 1) * itemSize)];
};

/** The covariance of a splat by its definition, R S S R', upper half. */
function spread(known: Known): number[] {
  const turn = new Quaternion(known['rot_1'], known['rot_2'], known['rot_3'], known['rot_0']).normalize();
  const m = new Matrix3().setFromMatrix4(
    new Matrix4().compose(new Vector3(), turn, new Vector3(...[0, 1, 2].map((c) => Math.exp(known[`scale_${c}`]!)))),
  );
  const { elements: e } = m.clone().multiply(m.clone().transpose());
  return [e[0], e[3], e[6], e[4], e[7], e[8]];
}

const byte = (n: number): number => Math.max(0, Math.min(255, Math.round(n)));

/** Red, green, blue and opacity as bytes. */
function coloursOf(known: Known): number[] {
  const colour = [0, 1, 2].map((c) => byte(255 * (0.5 + 0.28209479177387814 * known[`f_dc_${c}`]!)));
  return [...colour, byte(255 / (1 + Math.exp(-known['opacity']!)))];
}

/** The data textures for the graphics card: three texels for each splat, and four for its spherical harmonics. */
function wordsOf(splats: Mesh): Record<'base' | 'sides', Uint32Array<ArrayBuffer>> {
  const { base, sides } = (splats.material as ShaderMaterial).uniforms as Record<
    'base' | 'sides',
    { value: DataTexture }
  >;
  return {
    base: base.value.image.data as Uint32Array<ArrayBuffer>,
    sides: sides.value.image.data as Uint32Array<ArrayBuffer>,
  };
}

describe.each<['splats.sog' | 'splats.compressed.ply', () => BufferGeometry | Promise<BufferGeometry>]>([
  ['splats.sog', () => sog(fileOf('splats.sog'))],
  ['splats.compressed.ply', () => packed(fileOf('splats.compressed.ply'))],
])('%s is what the program that packed it reads in it', (name, read) => {
  it.each(golden[name].map((known) => [known.k, known] as const))('splat %i', async (k, known) => {
    const geometry = await read();
    expect(geometry.getAttribute('position').count).toBe(COUNT);
    valuesOf(geometry, 'position', k).forEach((n, axis) => expect(n).toBeCloseTo(known['xyz'[axis]!]!, 5));
    const wanted = spread(known);
    const size = Math.max(...wanted);
    valuesOf(geometry, 'covariance', k).forEach((n, c) => expect(n / size).toBeCloseTo(wanted[c]! / size, 4));
    const colour = coloursOf(known);
    valuesOf(geometry, 'color', k).forEach((n, c) => expect(Math.abs(n - colour[c]!)).toBeLessThanOrEqual(1));
    const bytes = [1, 2, 3].flatMap((band) =>
      [...new Uint8Array(Uint32Array.from(valuesOf(geometry, `sphericalHarmonics${band}`, k)).buffer)].slice(
        0,
        3 * (2 * band + 1),
      ),
    );
    const sides = Array.from({ length: 45 }, (_, at) =>
      byte(128 + 128 * known[`f_rest_${Math.floor(at / 3) + 15 * (at % 3)}`]!),
    );
    bytes.forEach((n, at) => expect(Math.abs(n - sides[at]!)).toBeLessThanOrEqual(1));
  });
});

describe('splats in glTF', () => {
  it('are those of the PLY they were made of, half a turn about z from it', async () => {
    const { buffer } = fileOf('splats.glb');
    const { scene } = await new GLTFLoader().parseAsync(buffer, '');
    replaceSplats(scene, 'splats.glb');
    const [splats, ...more] = scene.children as Mesh[];
    expect(more).toEqual([]);
    expect(splats).toMatchObject({ isSplats: true, total: COUNT });
    const { base, sides } = wordsOf(splats!);
    const floats = new Float32Array(base.buffer);
    for (const known of golden['splats.glb']) {
      const at = 12 * known.k;
      [-known['x']!, -known['y']!, known['z']!].forEach((n, c) => expect(floats[at + c]).toBeCloseTo(n, 5));
      const [xx, xy, xz, yy, yz, zz] = spread(known) as [number, number, number, number, number, number];
      [xx, xy, -xz, yy, -yz, zz].forEach((n, c) =>
        expect(floats[at + 4 + c]! / Math.max(xx, yy, zz)).toBeCloseTo(n / Math.max(xx, yy, zz), 4),
      );
      const colour = new Uint8Array(base.buffer, 4 * (at + 3), 4);
      [...coloursOf(known)].forEach((n, c) => expect(Math.abs(colour[c]! - n)).toBeLessThanOrEqual(1));
      // With this rotation the harmonics of odd order change their sign.
      const bytes = new Uint8Array(sides.buffer, 64 * known.k, 64);
      [1, 2, 3].forEach((band) => {
        for (let order = -band; order <= band; order++) {
          const [from, coefficient] = [[0, 12, 28][band - 1]! + 3 * (order + band), band * band - 1 + order + band];
          const sign = order % 2 === 0 ? 1 : -1;
          for (let c = 0; c < 3; c++)
            expect(
              Math.abs(bytes[from + c]! - byte(128 + 128 * sign * known[`f_rest_${coefficient + 15 * c}`]!)),
            ).toBeLessThanOrEqual(1);
        }
      });
    }
  });

  it.each([
    { kernel: 'box', colorSpace: 'srgb_rec709_display' },
    { kernel: 'ellipse', colorSpace: 'lin_rec709_display' },
    {},
  ])('of another kind are refused: %o', (extension) => {
    const points = new Points(
      new BufferGeometry().setAttribute('position', new Float32BufferAttribute([0, 0, 0], 3)),
      new PointsMaterial(),
    );
    points.userData = { gltfExtensions: { KHR_gaussian_splatting: extension } };
    expect(() => replaceSplats(new Group().add(points), 'a.glb')).toThrow(/kind Zoetrope does not read/);
  });

  it('without their numbers are refused, and points that are only points stay', () => {
    const points = new Points(
      new BufferGeometry().setAttribute('position', new Float32BufferAttribute([0, 0, 0], 3)),
      new PointsMaterial(),
    );
    const root = new Group().add(points);
    replaceSplats(root, 'a.glb');
    expect(root.children).toEqual([points]);
    points.userData = {
      gltfExtensions: { KHR_gaussian_splatting: { kernel: 'ellipse', colorSpace: 'srgb_rec709_display' } },
    };
    expect(() => replaceSplats(root, 'a.glb')).toThrow(/could not be read/);
  });
});

describe('a file that is not as it says', () => {
  const files = unzipSync(fileOf('splats.sog'));
  const meta = JSON.parse(new TextDecoder().decode(files['meta.json'])) as Record<string, unknown>;
  const zipped = (change: Record<string, unknown>, without = ''): Uint8Array<ArrayBuffer> =>
    new Uint8Array(
      zipSync(
        Object.fromEntries(
          Object.entries({ ...files, 'meta.json': strToU8(JSON.stringify({ ...meta, ...change })) }).filter(
            ([name]) => name !== without,
          ),
        ),
      ),
    );

  it.each<[string, Uint8Array<ArrayBuffer>, RegExp]>([
    ['more splats than pixels', zipped({ count: 100_000 }), /stops short/],
    ['five million', zipped({ count: 5_000_000 }), /5 million splats/],
    ['an older version', zipped({ version: undefined }), /version of SOG/],
    ['no codebook', zipped({ scales: { files: ['scales.webp'] } }), /damaged/],
    ['no picture', zipped({}, 'quats.webp'), /stops short/],
    ['no meta.json', zipped({}, 'meta.json'), /not a SOG/],
    ['a palette of another size', zipped({ shN: { ...(meta['shN'] as object), count: 3 } }), /damaged/],
    ['no zip', strToU8('PK none'), /not a zip/],
  ])('SOG: %s', async (_what, bytes, words) => {
    await expect(sog(bytes)).rejects.toThrow(words);
  });

  it('SOG: a picture that is none', async () => {
    const error: unknown = await sog(zipped({}), () => Promise.reject(new Error('no WebP'))).catch(
      (thrown: unknown) => thrown,
    );
    expect(toErrorInfo(error)).toMatchObject({ code: 'not-a-scene', detail: 'means_l.webp: Error: no WebP' });
  });

  const text = new TextDecoder('latin1').decode(fileOf('splats.compressed.ply'));
  const bent = (from: string, to: string): Uint8Array<ArrayBuffer> =>
    Uint8Array.from(text.replace(from, to), (c) => c.charCodeAt(0));
  it.each<[string, Uint8Array<ArrayBuffer>, RegExp]>([
    ['cut', fileOf('splats.compressed.ply').slice(0, -1000), /stops short/],
    ['chunks of other numbers', bent('property float min_x', 'property uchar min_x'), /header/],
    ['a name that is missing', bent('packed_scale', 'packed_other'), /header/],
    ['as text', bent('binary_little_endian', 'binary_big_endian'), /header/],
    ['too few chunks', bent('element chunk 2', 'element chunk 1'), /header/],
  ])('compressed PLY: %s', (_what, bytes, words) => {
    expect(() => packed(bytes)).toThrow(words);
  });
});
