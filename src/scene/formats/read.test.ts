// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { Box3, Vector3, type BufferAttribute, type Mesh, type Object3D } from 'three';
import { beforeAll, describe, expect, it } from 'vitest';
import { say, ZoetropeError, type UpAxis } from '../../contract';
import { turnUp } from '../load/up';
import { standInForThePage } from './browser-parts';
import { formatOf } from './format-of';
import { serialize } from './serialize';
import { readScene } from './read';
import type { ReadScene } from './read-scene';
import * as written from './written';

beforeAll(standInForThePage);

const bytesOf = (file: string | Uint8Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array(typeof file === 'string' ? strToU8(file) : file);

const read = (
  name: string,
  file: string | Uint8Array,
  beside: Record<string, string | Uint8Array> = {},
): Promise<ReadScene> => {
  const bytes = bytesOf(file);
  const find = (uri: string) => Promise.resolve(uri in beside ? bytesOf(beside[uri]!) : null);
  return readScene(
    { format: formatOf(name, bytes), main: name, title: name, bytes },
    { find, onProgress: () => undefined, decodePicture: () => Promise.reject(new Error('none of these has any')) },
  );
};

async function refusal(name: string, file: string | Uint8Array): Promise<ZoetropeError> {
  try {
    await read(name, file);
  } catch (thrown) {
    if (thrown instanceof ZoetropeError) return thrown;
    throw thrown;
  }
  throw new Error('was not refused');
}

function triangles(root: Object3D): number {
  let sum = 0;
  root.traverse((object) => {
    const { isMesh, geometry } = object as Mesh;
    if (isMesh) sum += (geometry.index?.count ?? geometry.getAttribute('position').count) / 3;
  });
  return sum;
}

function points(root: Object3D): number {
  let sum = 0;
  root.traverse((object) => {
    if ((object as { isPoints?: boolean }).isPoints) sum += (object as Mesh).geometry.getAttribute('position').count;
  });
  return sum;
}

/** The bounding box of what was read, turned upright, with its corner at the origin. */
function upright({ root, up }: ReadScene): number[] {
  root.quaternion.premultiply(turnUp(up));
  root.updateMatrixWorld(true);
  return new Box3().setFromObject(root, true).getSize(new Vector3()).toArray();
}

const SIZE = [2.4, 1.2, 1.6];

describe('a mesh is read whole and upright', () => {
  it.each<[string, string | Uint8Array, UpAxis]>([
    ['table.obj', written.obj(), 'y'],
    ['table.stl', written.stl(), 'z'],
    ['text.stl', written.stlText(), 'z'],
    ['table.ply', written.plyMesh(), 'y'],
    ['table.usda', written.usda(), 'z'],
    ['table.usdz', written.usdz(), 'z'],
    ['table.fbx', written.fbx(), 'z'],
  ])('%s', async (name, file, up) => {
    const scene = await read(name, file);
    expect(scene.up).toBe(up);
    expect(triangles(scene.root)).toBe(written.TRIANGLES);
    upright(scene).forEach((n, axis) => expect(n).toBeCloseTo(SIZE[axis]!, 4));
  });
});

describe('points and splats are read whole and upright', () => {
  it.each<[string, string | Uint8Array, UpAxis]>([
    ['table.ply', written.plyPoints(), 'y'],
    ['table.pcd', written.pcd(), 'z'],
    ['table.xyz', written.xyz(), 'z'],
    ['table.las', written.las(), 'z'],
    ['splats.ply', written.splatPly(), '-y'],
    ['bands.ply', written.splatPly(true), '-y'],
    ['table.splat', written.splat(), '-y'],
    ['table.ksplat', written.ksplat(), '-y'],
    ['table.spz', written.spz(), 'y'],
  ])('%s', async (name, file, up) => {
    const scene = await read(name, file);
    expect(scene.up).toBe(up);
    expect(points(scene.root)).toBe(written.POINTS.length);
    upright(scene).forEach((n, axis) => expect(n).toBeCloseTo(SIZE[axis]!, 2));
  });

  it('keeps millimetres a thousand kilometres from the origin', async () => {
    const { root } = await read('table.xyz', written.xyz());
    const position = (root.children[0] as Mesh).geometry.getAttribute('position') as BufferAttribute;
    const first = written.POINTS[0]!.at;
    const last = written.POINTS.at(-1)!.at;
    const wanted = [last[0] - first[0], first[2] - last[2], last[1] - first[1]];
    wanted.forEach((n, axis) =>
      expect(position.getComponent(position.count - 1, axis) - position.getComponent(0, axis)).toBeCloseTo(n, 2),
    );
  });
});

describe('an OBJ with what belongs to it', () => {
  const packed = async (beside: Record<string, string | Uint8Array>, text: string | Uint8Array = written.obj()) => {
    const { root, up } = await read('table.obj', text, beside);
    return serialize(root, { up, title: 'a' }, () => null);
  };

  it('takes its colours from the .mtl', async () => {
    const { materials } = await packed({ 'table.mtl': written.mtl() });
    expect(materials.map(({ name }) => name)).toEqual(['paint0', 'paint1', 'paint2', 'paint3']);
    expect(materials[1]!.colour[0]).toBeGreaterThan(materials[1]!.colour[1]);
  });

  it('is grey without it', async () => {
    const { materials } = await packed({});
    expect(new Set(materials.map(({ colour }) => colour.map((n) => n.toFixed(2)).join()))).toHaveLength(1);
  });

  it.each(['utf-16le', 'utf-16be', 'utf-16le without its mark'])('in %s is read like any other', async (kind) => {
    const text = written.obj();
    const wide = new Uint8Array(2 * text.length);
    for (let k = 0; k < text.length; k++) wide[2 * k + (kind === 'utf-16be' ? 1 : 0)] = text.charCodeAt(k);
    const mark = kind === 'utf-16le' ? [0xff, 0xfe] : kind === 'utf-16be' ? [0xfe, 0xff] : [];
    const { nodes } = await packed({}, new Uint8Array([...mark, ...wide]));
    expect(nodes.filter(({ kind: what }) => what === 'mesh')).toHaveLength(written.BOXES.length);
  });
});

describe('a file that lies or is cut off is refused in plain words', () => {
  const cut = (file: Uint8Array, bytes = 40): Uint8Array => file.slice(0, -bytes);
  const text = (header: string): string => `ply\nformat ascii 1.0\n${header}end_header\n`;
  const lasWith = (at: number, value: number): Uint8Array => {
    const file = written.las();
    new DataView(file.buffer).setUint32(at, value, true);
    return file;
  };
  it.each<[string, string, string | Uint8Array, string, RegExp]>([
    ['empty', 'a.obj', '', 'file-empty', /is empty/],
    ['an STL of nothing', 'a.stl', 'solid a\nendsolid a\n', 'not-a-scene', /is empty/],
    ['an OBJ of remarks', 'a.obj', '# nothing\n', 'not-a-scene', /not an OBJ/],
    ['a letter', 'a.obj', 'Dear all', 'not-a-scene', /not an OBJ/],
    ['a cut STL', 'a.stl', cut(written.stl()), 'not-a-scene', /stops short/],
    ['a cut text STL', 'a.stl', written.stlText().slice(0, -200), 'not-a-scene', /stops short/],
    ['an STL of four billion', 'a.stl', new Uint8Array(84).fill(255), 'scene-too-large', /triangles/],
    ['a cut PLY', 'a.ply', cut(written.plyPoints()), 'not-a-scene', /stops short/],
    [
      'a PLY header that lies',
      'a.ply',
      text('element vertex 1000000\nproperty float x\nproperty float y\nproperty float z\n'),
      'not-a-scene',
      /stops short/,
    ],
    [
      'a PLY of a billion points',
      'a.ply',
      text('element vertex 1000000000\nproperty float x\n'),
      'scene-too-large',
      /1,000 million points/,
    ],
    [
      'an empty PLY',
      'a.ply',
      text('element vertex 0\nproperty float x\nproperty float y\nproperty float z\n'),
      'not-a-scene',
      /is empty/,
    ],
    ['half a PLY header', 'a.ply', 'ply\nformat ascii 1.0\nelement ver', 'not-a-scene', /stops short/],
    [
      'a compressed splat PLY',
      'a.ply',
      text('element vertex 1\nproperty uint packed_position\n') + '1 1\n',
      'not-a-scene',
      /no valid PLY header/,
    ],
    ['a cut splat PLY', 'a.ply', cut(written.splatPly()), 'not-a-scene', /stops short/],
    ['a cut splat', 'a.splat', cut(written.splat(), 5), 'not-a-scene', /stops short/],
    ['a cut ksplat', 'a.ksplat', cut(written.ksplat()), 'not-a-scene', /could not be read|stops short/],
    ['a cut spz', 'a.spz', cut(written.spz()), 'not-a-scene', /damaged|could not be read|stops short/],
    ['a cut PCD', 'a.pcd', cut(written.pcd()), 'not-a-scene', /stops short/],
    [
      'a PCD of nothing',
      'a.pcd',
      'FIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nCOUNT 1 1 1\nPOINTS 0\nDATA ascii\n',
      'not-a-scene',
      /is empty/,
    ],
    ['a letter as points', 'a.xyz', 'Dear all,\nhow are you?\nYours', 'not-a-scene', /not a list of points/],
    ['a cut LAS', 'a.las', cut(written.las()), 'not-a-scene', /stops short/],
    ['an LAS of four billion', 'a.las', lasWith(107, 4e9), 'not-a-scene', /stops short/],
    [
      'a LAZ of four billion',
      'a.laz',
      (() => {
        const file = lasWith(107, 4e9);
        file[104] = 0x82;
        return file;
      })(),
      'not-a-scene',
      /stops short/,
    ],
    ['an FBX that is none', 'a.fbx', 'Kaydara but not quite', 'not-a-scene', /could not be read/],
    ['a USDZ that is none', 'a.usdz', 'PK\u0003\u0004nothing', 'not-a-scene', /zip|could not be read/],
    [
      'a USDZ with a way out',
      'a.usdz',
      zipSync({ '../a.usda': strToU8(written.usda()) }, { level: 0 }),
      'not-a-scene',
      /outside/,
    ],
  ])('%s', async (_, name, file, code, message) => {
    const error = await refusal(name, file).catch((thrown: unknown) => {
      // The worker turns a loader's own error into "could not be read".
      if (thrown instanceof Error && !(thrown instanceof ZoetropeError))
        return new ZoetropeError('not-a-scene', say`${name} could not be read.`, say`x`, thrown.message);
      throw thrown;
    });
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message) as string]);
    expect(error.message).toContain(name);
  });

  it('never hangs and never asks for more than there is, however it is bent', async () => {
    const files: [string, Uint8Array][] = [
      ['a.stl', written.stl()],
      ['a.ply', written.plyPoints()],
      ['a.las', written.las()],
      ['a.splat', written.splat()],
      ['a.pcd', written.pcd()],
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { maxLength: 5 }),
        fc.nat(20_000),
        async ([name, file], bends, length) => {
          const bytes = file.slice();
          for (const [at, value] of bends) bytes[at] = value;
          await read(name, bytes.subarray(0, length)).catch((thrown: unknown) => expect(thrown).toBeInstanceOf(Error));
        },
      ),
      { numRuns: 300 },
    );
  }, 30_000);
});

describe('turnUp', () => {
  it.each<[UpAxis, number[]]>([
    ['x', [1, 0, 0]],
    ['-x', [-1, 0, 0]],
    ['y', [0, 1, 0]],
    ['-y', [0, -1, 0]],
    ['z', [0, 0, 1]],
    ['-z', [0, 0, -1]],
  ])('brings %s up', (up, axis) => {
    const turned = new Vector3().fromArray(axis).applyQuaternion(turnUp(up));
    expect(turned.distanceTo(new Vector3(0, 1, 0))).toBeLessThan(1e-9);
  });
});
