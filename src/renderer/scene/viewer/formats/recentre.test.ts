import type { Mesh } from 'three';
import { beforeAll, expect, it } from 'vitest';
import { standInForThePage } from './browser-parts';
import { readScene } from './read';

beforeAll(standInForThePage);

const SURVEY = [
  [451000.123, 5412000.456, 100.25],
  [451000.124, 5412000.456, 100.25],
  [451000.123, 5412001.456, 101.25],
];
const rows = SURVEY.map((row) => row.join(' '));

function pcd(kind: 'ascii' | 'binary'): Uint8Array<ArrayBuffer> {
  const header = new TextEncoder().encode(
    `VERSION .7\nFIELDS intensity x y z\nSIZE 4 8 8 8\nTYPE F F F F\nCOUNT 1 1 1 1\nWIDTH 3\nHEIGHT 1\nPOINTS 3\nDATA ${kind}\n`,
  );
  if (kind === 'ascii')
    return new Uint8Array([...header, ...new TextEncoder().encode(rows.map((row) => `7 ${row}\n`).join(''))]);
  const body = new DataView(new ArrayBuffer(3 * 28));
  SURVEY.forEach((row, k) => row.forEach((n, c) => body.setFloat64(28 * k + 4 + 8 * c, n, true)));
  return new Uint8Array([...header, ...new Uint8Array(body.buffer)]);
}

const text = (value: string) => new TextEncoder().encode(value);

it.each([
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
])(
  'coordinates of a survey keep their millimetres in %s, and it is said where they are counted from',
  async (format, bytes) => {
    const { root, notes } = await readScene(
      { format, main: `a.${format}`, title: 'a', bytes },
      {
        find: () => Promise.resolve(null),
        onProgress: () => undefined,
        decodePicture: () => Promise.reject(new Error('none')),
      },
    );
    const at = (root.children[0] as Mesh).geometry.getAttribute('position').array;
    expect(at[3]! - at[0]!).toBeCloseTo(0.001, 3);
    expect([at[7]! - at[1]!, at[8]! - at[2]!].map((n) => Number(n.toFixed(3)))).toEqual([1, 1]);
    expect(notes?.map(({ values }) => values)).toEqual([[450560, 5410816, 0]]);
  },
);

it('coordinates near the origin stay as they are', async () => {
  const { root, notes } = await readScene(
    { format: 'obj', main: 'a.obj', title: 'a', bytes: text('v 1 2 3\nv 2 2 3\nv 1 3 3\nf 1 2 3\n') },
    {
      find: () => Promise.resolve(null),
      onProgress: () => undefined,
      decodePicture: () => Promise.reject(new Error('none')),
    },
  );
  expect([...(root.children[0] as Mesh).geometry.getAttribute('position').array.slice(0, 3)]).toEqual([1, 2, 3]);
  expect(notes).toEqual([]);
});
