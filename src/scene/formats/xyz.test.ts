// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { readXyz } from './xyz';

const rows = (count: number, row: (k: number) => string): string =>
  Array.from({ length: count }, (_, k) => `${row(k)}\n`).join('');
const read = (text: string) => {
  const { positions, colours, notes = [] } = readXyz(text, 'a.xyz');
  return {
    first: [...positions.slice(0, 3)],
    count: positions.length / 3,
    colour: colours && [...colours.slice(0, 3)],
    notes: notes.map(({ template, values }) =>
      `${template.replace(/\{\d\}/g, '_')} ${values.map(String).join()}`.trim(),
    ),
  };
};
const COLOURS = (from: number): string => `Columns _ to _ are taken for colours. ${from},${from + 2}`;
const NORMALS = (from: number): string => `Columns _ to _ are taken for normals. ${from},${from + 2}`;
const BRIGHT = 'Column _ is taken for brightness. 4';
const COMMAS = 'Its numbers are read with decimal commas.';

describe('numbers', () => {
  it.each([
    ['points', '1.5 2.5 3.5', []],
    ['commas between', '1.5,2.5,3.5', []],
    ['commas and spaces between', '1.5, 2.5, 3.5', []],
    ['tabs', '1.5\t2.5\t3.5', []],
    ['semicolons', '1.5;2.5;3.5', []],
    ['semicolons at the end too', '1.5; 2.5; 3.5;', []],
    ['quotes', '"1.5","2.5","3.5"', []],
    ['decimal commas', '1,5 2,5 3,5', [COMMAS]],
    ['decimal commas and semicolons', '1,5;2,5;3,5', [COMMAS]],
    ['decimal commas and tabs', '1,5\t2,5\t3,5e0', [COMMAS]],
  ])('with %s', (_, line, notes) =>
    expect(read(rows(8, () => line))).toEqual({ first: [1.5, 2.5, 3.5], count: 8, colour: null, notes }),
  );

  it('after a count, with whole ones among decimal commas', () =>
    expect(read('3\n1 2,5 3,5\n2 2,5 3\n3 1 1\n').first).toEqual([1, 2.5, 3.5]));
});

describe('columns', () => {
  it.each([
    ['a colour', '200 10 10', [200, 10, 10], [COLOURS(4)]],
    ['a colour up to 1', '1 0.2 0.4', [255, 51, 102], [COLOURS(4)]],
    ['a colour of 16 bits', '51400 2570 2570', [200, 10, 10], [COLOURS(4)]],
    ['a normal', '0.6 0 -0.8', null, [NORMALS(4)]],
    ['a colour and a normal', '200 10 10 0.0 0.0 1.0', [200, 10, 10], [COLOURS(4), NORMALS(7)]],
    ['a normal and a colour', '0 0.6 0.8 200 10 10', [200, 10, 10], [COLOURS(7), NORMALS(4)]],
    ['an alpha after the colour', '200 10 10 255', [200, 10, 10], [COLOURS(4)]],
    ['what is neither', '-3 7.5 900', null, []],
    ['one number', '50', [255, 255, 255], [BRIGHT]],
  ])('that hold %s are known by it', (_, more, colour, notes) =>
    expect(read(rows(9, (k) => `${k} ${k % 3} 0 ${more}`))).toMatchObject({ colour, notes }),
  );

  it('that hold brightness before the colour, as scanners write', () =>
    expect(read(rows(9, (k) => `${k} 0 0 ${-700 + k} ${k} 10 20`))).toMatchObject({
      colour: [0, 10, 20],
      notes: [COLOURS(5)],
    }));

  it.each([
    ['X Y Z R G B', 'x y z and a colour'],
    ['//X,Y,Z,Rf,Gf,Bf', 'a remark, as CloudCompare writes it'],
    ['"x";"y";"z";"red";"green";"blue"', 'quotes'],
    ['# point cloud\n# x y z r g b', 'a second remark'],
  ])('are named by a heading: %s', (heading) =>
    expect(read(`${heading}\n${rows(5, (k) => `${k} 2 3 0 0 1`)}`)).toEqual({
      first: [0, 2, 3],
      count: 5,
      colour: [0, 0, 255],
      notes: [],
    }),
  );

  it('stand where the heading says', () =>
    expect(read('id,intensity,x,y,z\n7,1,1.5,2.5,3.5\n8,2,1,1,1\n')).toMatchObject({
      first: [1.5, 2.5, 3.5],
      count: 2,
      colour: [128, 128, 128],
    }));

  it('of a heading that says nothing are known by value', () =>
    expect(read(`a heading\n${rows(300, () => '1 2 3 200 10 10')}`)).toMatchObject({
      count: 300,
      colour: [200, 10, 10],
    }));
});

it('a file of anything else is refused', () => {
  for (const text of [
    'Dear all,\nhow are you?\n',
    '',
    'x y z\n',
    '1 2\n3 4\n',
    `${rows(10, () => '1 2 3')}${rows(10, () => 'no')}`,
  ])
    expect(() => read(text)).toThrow(/not a list of points/);
});
