// SPDX-License-Identifier: Apache-2.0
import { deflateSync } from 'node:zlib';
import { Group, Mesh, BufferGeometry, Float32BufferAttribute, MeshBasicMaterial, MeshStandardMaterial } from 'three';
import { describe, expect, it } from 'vitest';
import { allowanceFor } from '../validate';
import { checkCost, checkLayers, Counted } from '../load/cost';
import { checkFbxArrays } from './fbx-arrays';
import { serialize } from './serialize';
import { readScene } from './read';
import type { ReadScene } from './read-scene';

const tools = {
  find: () => Promise.resolve(null),
  onProgress: () => undefined,
  decodePicture: () => Promise.reject(new Error('none')),
};
const read = (format: string, content: string | Uint8Array<ArrayBuffer>): Promise<ReadScene> =>
  readScene(
    {
      format,
      main: `a.${format}`,
      title: 'a',
      bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content,
    },
    tools,
  );
const u32 = (...values: number[]): Buffer<ArrayBuffer> => Buffer.from(Uint32Array.from(values).buffer);

describe('binary FBX', () => {
  /** An FBX with one node that has one array. */
  const fbx = (count: number, packed: Uint8Array, after: Uint8Array = Buffer.alloc(13)): Uint8Array =>
    Buffer.concat([
      Buffer.from('Kaydara FBX Binary  \0\x1a\0', 'latin1'),
      u32(7400),
      u32(27 + 13 + 1 + 13 + packed.length, 1, 13 + packed.length),
      Buffer.from([1]),
      Buffer.from('Ad'),
      u32(count, 1, packed.length),
      packed,
      after,
    ]);
  const zeros = deflateSync(Buffer.alloc(80_000_000));

  it('passes where its arrays are what they say', () => {
    checkFbxArrays(fbx(10_000_000, zeros), 'a', 80_000_000);
    checkFbxArrays(new TextEncoder().encode('; FBX 7.3.0 project file'), 'a', 1);
  });

  it.each([
    ['that asks for more than there may be', fbx(10_000_000, zeros), /more than 76 MB/],
    ['that holds more than it says', fbx(9, zeros), /not packed in the way it says/],
    ['that is cut off', fbx(9, zeros).subarray(0, 1000), /stops short/],
    [
      'of no known kind',
      fbx(3, deflateSync(Buffer.alloc(24)), Buffer.concat([u32(1000, 1, 1), Buffer.from([0]), Buffer.from('?')])),
      /stops short|damaged/,
    ],
  ])('is refused %s', (_, bytes, words) => expect(() => checkFbxArrays(bytes, 'a', 79_999_999)).toThrow(words));
});

describe('text', () => {
  const corners = 'v 0 0 0\nv 1 0 0\nv 0 1 0\n';
  const repeated = (count: number, line: (k: number) => string): string =>
    Array.from({ length: count }, (_, k) => line(k)).join('');

  it('of an OBJ with more groups than can be drawn becomes one, by its materials', async () => {
    const { root } = await read('obj', corners + repeated(30_000, (k) => `g part${k}\nf 1 2 3\n`));
    expect(root.children).toHaveLength(1);
    expect((root.children[0] as Mesh).geometry.getAttribute('position').count).toBe(90_000);
    const few = await read('obj', corners + repeated(300, (k) => `g part${k}\nf 1 2 3\n`));
    expect(few.root.children).toHaveLength(300);
  });

  it('of an OBJ that changes its material endlessly is refused', async () => {
    await expect(read('obj', corners + repeated(30_000, (k) => `usemtl m${k}\nf 1 2 3\n`))).rejects.toThrow(
      /30 thousand objects/,
    );
  });

  it('is looked through once, however much of nothing it holds', async () => {
    await expect(read('obj', '\n'.repeat(2_000_000))).rejects.toThrow(/is empty/);
    await expect(read('obj', `mtllib a${' '.repeat(2_000_000)}b\n`)).rejects.toThrow(/not an OBJ/);
    await expect(read('xyz', '1 '.repeat(2_000_000))).resolves.toBeDefined();
  });
});

describe('tables', () => {
  it.each([
    [
      'ply',
      'ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nelement nothing 9000000000000000\nend_header\n0\n',
      /header/,
    ],
    [
      'pcd',
      Buffer.concat([
        Buffer.from(
          'FIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nCOUNT 1 1 1\nWIDTH 1000000\nHEIGHT 1\nPOINTS 1000000\nDATA binary_compressed\n',
        ),
        u32(64, 12_000_000),
        Buffer.alloc(64),
      ]),
      /stops short/,
    ],
    ['ksplat', Buffer.concat([u32(0, 1, 1, 4_000_000, 4_000_000), Buffer.alloc(5000)]), /stops short/],
  ] as [string, string | Uint8Array<ArrayBuffer>, RegExp][])(
    'of a %s that promise what is not there are not gone through',
    async (format, content, words) => {
      await expect(read(format, content)).rejects.toThrow(words);
    },
  );

  it('keep the points that are somewhere', async () => {
    const { root } = await read('xyz', '1e300 0 0\n1 2 3\n2 2 3\n0 -1e300 0\n');
    expect((root.children[0] as Mesh).geometry.getAttribute('position').count).toBe(2);
  });
});

describe('what was read is held against what may be drawn', () => {
  const triangle = (material = new MeshBasicMaterial()): Mesh =>
    new Mesh(
      new BufferGeometry().setAttribute('position', new Float32BufferAttribute([0, 0, 0, 1, 0, 0, 0, 1, 0], 3)),
      material,
    );
  const check = (root: Group): void => {
    const count = new Counted();
    root.traverse((object) => count.add(object));
    checkCost(count, 'a', allowanceFor(1000));
  };

  it('materials that each need a program of their own', () => {
    const features = [
      'flatShading',
      'vertexColors',
      'transparent',
      'wireframe',
      'alphaHash',
      'dithering',
      'premultipliedAlpha',
    ] as const;
    const kinds = (count: number): Group =>
      new Group().add(
        ...Array.from({ length: count }, (_, k) =>
          triangle(
            Object.assign(
              new MeshStandardMaterial(),
              Object.fromEntries(features.map((name, bit) => [name, ((k >> bit) & 1) === 1])),
            ) as unknown as MeshBasicMaterial,
          ),
        ),
      );
    expect(() => check(kinds(128))).toThrow(/128 kinds/);
    check(kinds(64));
    check(new Group().add(...Array.from({ length: 2000 }, (_, k) => triangle(new MeshBasicMaterial({ color: k })))));
  });

  it('parts within parts, and parts without end', () => {
    let root = new Group();
    for (let k = 0; k < 1200; k++) root = new Group().add(root);
    expect(() => serialize(root, { up: 'y', title: 'a' }, () => null)).toThrow(/1,000 deep/);
    const one = triangle();
    const many = new Group().add(...Array.from({ length: 21_000 }, () => one.clone()));
    expect(() => serialize(many, { up: 'y', title: 'a' }, () => null)).toThrow(
      /21 thousand objects|20 thousand objects/,
    );
  });

  it('surfaces that lie over each other', () => {
    const corners = Float32Array.from({ length: 9 * 1000 }, (_, k) => [0, 0, 0, 1, 0, 0, 0, 1, 0][k % 9]!);
    expect(() => checkLayers({ corners, weight: 4 }, Math.SQRT2, 'a')).toThrow(/1,000 times/);
    checkLayers({ corners, weight: 1 }, Math.SQRT2, 'a');
  });
});
