// SPDX-License-Identifier: Apache-2.0
import type { Mesh } from 'three';
import { beforeAll, expect, it } from 'vitest';
import type { Vec3 } from '../../contract';
import { standInForThePage } from './browser-parts';
import { unpackLzf } from './plain-pcd';
import { readScene } from './read';
import type { ReadRequest } from './serialized';
import type { ReadScene } from './read-scene';

beforeAll(standInForThePage);

const SURVEY = [
  [451000.123, 5412000.456, 100.25],
  [451000.124, 5412000.456, 100.25],
  [451000.123, 5412001.456, 101.25],
];
const rows = SURVEY.map((row) => row.join(' '));

function pcd(kind: 'ascii' | 'binary' | 'binary_compressed'): Uint8Array<ArrayBuffer> {
  const header = new TextEncoder().encode(
    `VERSION .7\nFIELDS intensity x y z\nSIZE 4 8 8 8\nTYPE F F F F\nCOUNT 1 1 1 1\nWIDTH 3\nHEIGHT 1\nPOINTS 3\nDATA ${kind}\n`,
  );
  if (kind === 'ascii')
    return new Uint8Array([...header, ...new TextEncoder().encode(rows.map((row) => `7 ${row}\n`).join(''))]);
  const body = new DataView(new ArrayBuffer(3 * 28));
  SURVEY.forEach((row, k) => row.forEach((n, c) => body.setFloat64(28 * k + 4 + 8 * c, n, true)));
  if (kind === 'binary') return new Uint8Array([...header, ...new Uint8Array(body.buffer)]);
  const fields = new DataView(new ArrayBuffer(3 * 28));
  SURVEY.forEach((row, k) => row.forEach((n, c) => fields.setFloat64(12 + 24 * c + 8 * k, n, true)));
  const packed = literalLzf(new Uint8Array(fields.buffer));
  const sizes = new Uint8Array(Uint32Array.of(packed.length, 3 * 28).buffer);
  return new Uint8Array([...header, ...sizes, ...packed]);
}

/** LZF made of literal runs only. */
function literalLzf(bytes: Uint8Array): Uint8Array {
  const runs: number[] = [];
  for (let at = 0; at < bytes.length; at += 32) {
    const run = bytes.subarray(at, at + 32);
    runs.push(run.length - 1, ...run);
  }
  return Uint8Array.from(runs);
}

const read = (request: Omit<ReadRequest, 'main' | 'title'>): Promise<ReadScene> =>
  readScene(
    { main: `a.${request.format}`, title: 'a', ...request },
    {
      find: () => Promise.resolve(null),
      onProgress: () => undefined,
      decodePicture: () => Promise.reject(new Error('none')),
    },
  );
const placesOf = ({ root }: ReadScene): ArrayLike<number> =>
  (root.children[0] as Mesh).geometry.getAttribute('position').array;

const text = (value: string) => new TextEncoder().encode(value);

const FILES: [string, Uint8Array<ArrayBuffer>][] = [
  ['obj', text(`${rows.map((row) => `v ${row}\n`).join('')}f 1 2 3\n`)],
  [
    'stl',
    text(
      `solid a\nfacet normal 0 0 1\nouter loop\n${rows.map((row) => `vertex ${row}\n`).join('')}endloop\nendfacet\nendsolid a\n`,
    ),
  ],
  ['xyz', text(`${rows.join('\n')}\n`)],
  [
    'ply',
    text(
      `ply\nformat ascii 1.0\nelement vertex 3\nproperty double x\nproperty double y\nproperty double z\nend_header\n${rows.join('\n')}\n`,
    ),
  ],
  ['pcd', pcd('ascii')],
  ['pcd', pcd('binary')],
  ['pcd', pcd('binary_compressed')],
];

it.each(FILES)('coordinates of a survey keep their millimetres in %s', async (format, bytes) => {
  const scene = await read({ format, bytes: bytes.slice() });
  const at = placesOf(scene);
  expect(at[3]! - at[0]!).toBeCloseTo(0.001, 3);
  expect([at[7]! - at[1]!, at[8]! - at[2]!].map((n) => Number(n.toFixed(3)))).toEqual([1, 1]);
  expect(scene.origin).toEqual([450560, 5410816, 0]);
});

it.each(FILES)('they are counted from where another scene is, in %s', async (format, bytes) => {
  const origin: Vec3 = [450560 - 4096, 5410816, 4096];
  const scene = await read({ format, bytes: bytes.slice(), origin });
  expect(scene.origin).toEqual(origin);
  SURVEY[0]!.forEach((n, axis) => expect(placesOf(scene)[axis]).toBeCloseTo(n - origin[axis]!, 2));
});

it('coordinates near the origin stay as they are', async () => {
  const scene = await read({ format: 'obj', bytes: text('v 1 2 3\nv 2 2 3\nv 1 3 3\nf 1 2 3\n') });
  expect([...Array.from(placesOf(scene)).slice(0, 3)]).toEqual([1, 2, 3]);
  expect(scene.origin).toEqual([0, 0, 0]);
});

it('LZF is unpacked to just so many bytes, or not at all', () => {
  const packed = Uint8Array.of(2, 1, 2, 3, (2 << 5) | 0, 2, (7 << 5) | 0, 1, 0);
  const whole = [1, 2, 3, 1, 2, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
  expect(unpackLzf(packed, whole.length)).toEqual(Uint8Array.from(whole));
  for (const size of [whole.length - 1, whole.length + 1]) expect(unpackLzf(packed, size)).toBeNull();
  for (let end = 1; end < packed.length; end++) expect(unpackLzf(packed.subarray(0, end), whole.length)).toBeNull();
  expect(unpackLzf(Uint8Array.of(0, 1, (1 << 5) | 0, 9), 4)).toBeNull();
});
