// SPDX-License-Identifier: Apache-2.0
import type { Mesh, MeshStandardMaterial, Points } from 'three';
import { beforeAll, describe, expect, it } from 'vitest';
import { standInForThePage } from './browser-parts';
import { readScene } from './read';
import type { ReadScene } from './read-scene';

beforeAll(standInForThePage);

const XYZ = 'property float x\nproperty float y\nproperty float z\n';
const FACE = 'property list uchar int vertex_indices\n';
const text = (elements: string, rows: string, end = 'end_header\n'): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(`ply\nformat ascii 1.0\n${elements}${end}${rows}`);

function read(bytes: Uint8Array<ArrayBuffer>, beside: readonly string[] = []): Promise<ReadScene> {
  const find = (uri: string) => Promise.resolve(beside.includes(uri) ? new Uint8Array(1) : null);
  return readScene(
    { format: 'ply', main: 'a.ply', title: 'a.ply', bytes },
    { find, onProgress: () => undefined, decodePicture: () => Promise.reject(new Error('none')) },
  );
}

const only = ({ root }: ReadScene): Mesh => root.children[0] as Mesh;
const numbers = (mesh: Mesh, name: string): number[] => [...(mesh.geometry.getAttribute(name).array as Float32Array)];
const triangles = (scene: ReadScene): number[][] => {
  const index = [...only(scene).geometry.index!.array];
  return Array.from({ length: index.length / 3 }, (_, k) => index.slice(3 * k, 3 * k + 3));
};
/** Twice the area of all triangles, projected to the x-y plane; triangles facing down count negative. */
const area = (scene: ReadScene): number => {
  const at = numbers(only(scene), 'position');
  return triangles(scene).reduce((sum, [a, b, c]) => {
    const [ax, ay, bx, by, cx, cy] = [a!, b!, c!].flatMap((k) => [at[3 * k]!, at[3 * k + 1]!]) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    return sum + (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
  }, 0);
};

describe('a PLY of doubles', () => {
  it('keeps millimetres of a survey in numbers a card takes', async () => {
    const header =
      'ply\nformat binary_little_endian 1.0\nelement vertex 3\nproperty double x\nproperty double y\nproperty double z\nproperty uchar red\nproperty uchar green\nproperty uchar blue\nelement face 1\nproperty list uchar int vertex_index\nend_header\n';
    const rows = [
      [451000.123, 5412000.456, 1],
      [451000.124, 5412000.456, 1],
      [451000.123, 5412001.456, 2],
    ];
    const body = new DataView(new ArrayBuffer(3 * 27 + 13));
    rows.forEach((row, k) => row.forEach((n, c) => body.setFloat64(27 * k + 8 * c, n, true)));
    body.setUint8(81, 3);
    [0, 1, 2].forEach((n) => body.setInt32(82 + 4 * n, n, true));
    const mesh = only(
      await read(new Uint8Array([...new TextEncoder().encode(header), ...new Uint8Array(body.buffer)])),
    );
    expect(mesh.geometry.getAttribute('position').array).toBeInstanceOf(Float32Array);
    const at = numbers(mesh, 'position');
    expect(at[3]! - at[0]!).toBeCloseTo(0.001, 4);
    expect(at[7]! - at[1]!).toBeCloseTo(1, 6);
    expect(numbers(mesh, 'normal')).toHaveLength(9);
  });
});

describe('faces', () => {
  const pentagon = 'element vertex 5\n' + XYZ + 'element face 1\n' + FACE;

  it('of five corners are all there', async () => {
    const scene = await read(text(pentagon, '0 0 0\n2 0 0\n3 2 0\n1 3 0\n-1 2 0\n5 0 1 2 3 4\n'));
    expect(triangles(scene)).toHaveLength(3);
    expect(area(scene)).toBeCloseTo(16); // twice 8, by the shoelace formula
  });

  it('that are hollow are cut within their outline, whichever way they face', async () => {
    // An arrowhead: a fan from its first corner would cover area outside, and some area twice.
    const rows = '0 0 0\n2 1 0\n4 0 0\n2 4 0\n1 2 0\n';
    expect(area(await read(text(pentagon, rows + '5 0 1 2 3 4\n')))).toBeCloseTo(12);
    expect(area(await read(text(pentagon, rows + '5 4 3 2 1 0\n')))).toBeCloseTo(-12);
  });

  it('of a strip turn every second time, and begin anew at -1', async () => {
    const strip = 'element vertex 5\n' + XYZ + 'element tristrips 1\n' + FACE;
    const scene = await read(text(strip, '0 0 0\n1 0 0\n0 1 0\n1 1 0\n0 2 0\n9 0 1 2 3 -1 2 3 4 4\n'));
    expect(triangles(scene)).toEqual([
      [0, 1, 2],
      [2, 1, 3],
      [2, 3, 4],
    ]);
    expect(area(scene)).toBeCloseTo(3);
  });

  it('with corners that are not there, or nowhere, are left out and counted', async () => {
    const scene = await read(
      text(
        'element vertex 4\n' + XYZ + 'element face 3\n' + FACE,
        '0 0 0\n1 0 0\n0 1 0\nnan 0 0\n3 0 1 2\n3 0 1 9\n3 0 1 3\n',
      ),
    );
    expect(triangles(scene)).toEqual([[0, 1, 2]]);
    expect(scene.notes?.map(({ values }) => values)).toEqual([[2]]);
    expect(numbers(only(scene), 'position').every(Number.isFinite)).toBe(true);
  });

  it('without any, the vertices are points', async () => {
    const { root } = await read(text('element vertex 2\n' + XYZ + 'element face 0\n' + FACE, '0 0 0\n1 0 0\n'));
    expect((root.children[0] as Points).isPoints).toBe(true);
  });
});

describe('textures', () => {
  const header = (files: string, more = ''): string =>
    `${files}element vertex 3\n${XYZ}element face 2\n${FACE}property list uchar float texcoord\n${more}`;
  const corners = '0 0 0\n1 0 0\n0 1 0\n';
  const face = '3 0 1 2 6 0 0 1 0 0 1';

  it('are laid on by each corner', async () => {
    const mesh = only(
      await read(text(header('comment TextureFile my skin.png\n'), `${corners}${face}\n${face}\n`), ['my skin.png']),
    );
    expect(numbers(mesh, 'uv')).toEqual([0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1]);
    expect((mesh.material as MeshStandardMaterial).map?.image).toEqual({ address: 'my skin.png' });
  });

  it('are several where faces name them', async () => {
    const mesh = only(
      await read(
        text(
          header('comment TextureFile a.png\ncomment TextureFile b.png\n', 'property int texnumber\n'),
          `${corners}${face} 1\n${face} 0\n`,
        ),
        ['a.png', 'b.png'],
      ),
    );
    expect(mesh.geometry.groups).toEqual([
      { start: 0, count: 3, materialIndex: 0 },
      { start: 3, count: 3, materialIndex: 1 },
    ]);
  });

  it('that are not there leave the colours', async () => {
    const file = `comment TextureFile a.png\nelement vertex 3\n${XYZ}property float s\nproperty float t\nproperty uchar red\nproperty uchar green\nproperty uchar blue\nelement face 1\n${FACE}`;
    const rows = '0 0 0 0 0 255 0 0\n1 0 0 1 0 255 0 0\n0 1 0 0 1 255 0 0\n3 0 1 2\n';
    const without = only(await read(text(file, rows))).material as MeshStandardMaterial;
    expect([without.map, without.vertexColors]).toEqual([null, true]);
    const with_ = only(await read(text(file, rows), ['a.png'])).material as MeshStandardMaterial;
    expect([with_.map !== null, with_.vertexColors]).toEqual([true, false]);
  });
});

describe('rows of a text', () => {
  const quad = '0 0 0\n1 0 0\n1 1 0\n0 1 0\n';
  const elements = `element vertex 4\n${XYZ}element face 2\n${FACE}`;

  it('may hold more than the header says, as those of MeshLab with a colour for each corner', async () => {
    const more = quad.replaceAll('\n', ' 9 9\r\n') + '3 0 1 2 9 1 1 1 1 1 1 1 1 1\r\n3 0 2 3 9 1 1 1 1 1 1 1 1 1\r\n';
    expect(triangles(await read(text(elements, more)))).toEqual([
      [0, 1, 2],
      [0, 2, 3],
    ]);
  });

  it('may go over several lines', async () => {
    const broken = quad.replaceAll(' ', '\n') + '3\n0 1\n2\n3 0 2 3\n';
    expect(triangles(await read(text(elements, broken)))).toEqual([
      [0, 1, 2],
      [0, 2, 3],
    ]);
  });
});

describe('the header', () => {
  const elements = 'element vertex 1\n' + XYZ;
  const rows = new Uint8Array(new Float32Array([1, 2, 3]).buffer);
  const binary = (header: string): Uint8Array<ArrayBuffer> =>
    new Uint8Array([...new TextEncoder().encode(header), ...rows]);
  const plain = `ply\nformat binary_little_endian 1.0\n${elements}end_header\n`;

  it.each([
    ['all lines alike', plain],
    ['Windows ends', plain.replaceAll('\n', '\r\n')],
    ['old Macintosh ends', plain.replaceAll('\n', '\r')],
    ['another end after the last line', plain.replace('end_header\n', 'end_header\r\n')],
  ])('with %s', async (_, header) => expect(numbers(only(await read(binary(header))), 'position')).toEqual([1, 2, 3]));
});
