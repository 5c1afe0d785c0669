// SPDX-License-Identifier: Apache-2.0
import { ClampToEdgeWrapping, RepeatWrapping, type MeshPhongMaterial } from 'three';
import { beforeAll, describe, expect, it } from 'vitest';
import { standInForThePage } from './browser-parts';
import { materialLibraries, readMapLine, readMtl } from './mtl';

beforeAll(standInForThePage);

describe('the .mtl files an OBJ names', () => {
  it.each([
    ['mtllib a.mtl', ['a.mtl']],
    ['mtllib "my lib.mtl"', ['my lib.mtl']],
    ['mtllib "a b.mtl" c.mtl "d.mtl"', ['a b.mtl', 'c.mtl', 'd.mtl']],
    ['mtllib my lib.mtl', ['my lib.mtl']],
    ['mtllib a.mtl b.MTL  c d.mtl', ['a.mtl', 'b.MTL', 'c d.mtl']],
    ['mtllib\ta.mtl\r\nv 1 2 3\r\n  mtllib b\r\nmtllib a.mtl', ['a.mtl', 'b']],
  ])('%j', (text, names) => expect(materialLibraries(text)).toEqual(names));
});

describe('a map line', () => {
  it.each([
    ['t.png', { name: 't.png' }],
    ['my wood.png', { name: 'my wood.png' }],
    ['"my wood.png"', { name: 'my wood.png' }],
    ['-s 2 2 1 -clamp on t.png', { name: 't.png', repeat: [2, 2], clamp: true }],
    ['-s 2 3 t.png', { name: 't.png', repeat: [2, 3] }],
    ['-s 2 t.png', { name: 't.png', repeat: [2, 1] }],
    ['-o 0.5 .25 0 -s 4 4 4 a b.png', { name: 'a b.png', repeat: [4, 4], offset: [0.5, 0.25] }],
    ['-blendu on -blendv off -bm 0.3 -mm 0 1 -imfchan r -texres 512 -cc off -type sphere\tt.png', { name: 't.png' }],
    ['-clamp off -o 1 0 0 7', { name: '7', offset: [1, 0] }],
    ['-s 2 2 7.png', { name: '7.png', repeat: [2, 2] }],
    ['-dash.png', { name: '-dash.png' }],
    ['..\\textures\\a.png', { name: '..\\textures\\a.png' }],
  ])('%j', (text, line) =>
    expect(readMapLine(text)).toEqual({ repeat: [1, 1], offset: [0, 0], clamp: false, ...line }),
  );
});

describe('materials', () => {
  const read = (text: string): Record<string, MeshPhongMaterial> =>
    readMtl([text]).creator.materials as Record<string, MeshPhongMaterial>;
  const opacities = (text: string): number[] => Object.values(read(text)).map(({ opacity }) => opacity);

  it('have their names and values after tabs, and options of their textures', () => {
    const { m, n } = read(
      'newmtl\tm\n\tKd\t1 0 0\n\tmap_Kd -s 2 2 1 -clamp on t.png\nnewmtl n\nmap_Kd "a b.png"\nbump -bm 0.2 c.png\n',
    );
    expect(m!.color.getHex()).toBe(0xff0000);
    expect([m!.map!.image, m!.map!.repeat.toArray(), m!.map!.wrapS]).toEqual([
      { address: 't.png' },
      [2, 2],
      ClampToEdgeWrapping,
    ]);
    expect([n!.map!.image, n!.map!.wrapS, n!.bumpMap!.image]).toEqual([
      { address: 'a b.png' },
      RepeatWrapping,
      { address: 'c.png' },
    ]);
  });

  it.each([
    ['d 0.3', 0.3],
    ['d -halo 0.3', 0.3],
    ['Tr 0', 1],
    ['Tr 0.7', 0.3],
    ['Tr 1', 1],
    ['d 1\nTr 1', 1],
    ['Tr 1\nd 1', 1],
    ['d 0.4\nTr 0.6', 0.4],
    ['d 0\nTr 0', 1],
    ['d 0', 0],
  ])('with %j', (lines, opacity) => expect(opacities(`newmtl a\n${lines}\n`)[0]).toBeCloseTo(opacity));

  it('of MeshLab say with Tr how opaque they are, and it is noted', () => {
    const text = 'newmtl a\nTr 1\nnewmtl b\nTr 0.25\n';
    expect(opacities(text)).toEqual([1, 0.25]);
    expect(readMtl([text]).notes).toHaveLength(1);
    expect(readMtl(['newmtl a\nTr 0\n']).notes).toEqual([]);
  });

  it('that are hidden among others stay so', () => expect(opacities('newmtl a\nd 0\nnewmtl b\nd 1\n')).toEqual([0, 1]));
});
