// SPDX-License-Identifier: Apache-2.0
import { strToU8, zipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import type { Mesh } from 'three';
import { describe, expect, it } from 'vitest';
import { drawnPrims, plainUsda } from './plain-usda';
import { readScene } from './read';

const HEAD = '#usda 1.0\n(\n    upAxis = "Y"\n)\n\n';
const BODY =
  'int[] faceVertexCounts = [3]\nint[] faceVertexIndices = [0, 1, 2]\npoint3f[] points = [(0, 0, 0), (1, 0, 0), (0, 1, 0)]\n';

async function read(format: string, bytes: Uint8Array) {
  const { root, notes } = await readScene(
    { format, main: `a.${format}`, title: 'a', bytes: new Uint8Array(bytes) },
    {
      find: () => Promise.resolve(null),
      onProgress: () => undefined,
      decodePicture: () => Promise.reject(new Error('none')),
    },
  );
  let meshes = 0;
  root.traverse((object) => (meshes += (object as Mesh).isMesh ? 1 : 0));
  return { meshes, notes: notes?.map(({ values }) => values[0]) };
}

describe('the metadata of a prim', () => {
  it.each([
    ['are empty', 'def Mesh "A" ()\n{\n'],
    ['are empty over lines', 'def Mesh "A" (\n)\n{\n'],
    ['stand on its line', 'def Mesh "A" (kind = "component")\n{\n'],
    ['hold brackets and texts', 'def Mesh "A" (\n doc = "a ) b"\n prepend apiSchemas = ["MaterialBindingAPI"]\n)\n{\n'],
    ['are followed by its brace', 'def Mesh "A" (\n    kind = "x"\n) {\n'],
    ['are none, and its brace follows', 'def Mesh "A" {\n'],
  ])('%s', async (_, head) => {
    const text = `${HEAD}def Xform "Root" ()\n{\n${head}${BODY}}\ndef Mesh "B"\n{\n${BODY}}\n}\n`;
    expect(await read('usda', strToU8(text))).toEqual({ meshes: 2, notes: [] });
    expect(await read('usdz', zipSync({ 'a.usda': strToU8(text) }, { level: 0 }))).toEqual({ meshes: 2, notes: [] });
  });
});

it('says which parts three leaves out', async () => {
  const text = `${HEAD}def Xform "Root"\n{\ndef Mesh "A"\n{\n${BODY}}\ndef Points "Dust"\n{\npoint3f[] points = [(0, 0, 0)]\n}\n}\n`;
  expect(await read('usda', strToU8(text))).toEqual({ meshes: 1, notes: [['Dust']] });
});

it('a value in brackets may go over lines', async () => {
  const matrix = '( (1, 0, 0, 0),\n (0, 1, 0, 0), (0, 0, 1, 0),\n (5, 0, 0, 1) )';
  const place = `matrix4d xformOp:transform = ${matrix}\nuniform token[] xformOpOrder = ["xformOp:transform"]\n`;
  const text = `${HEAD}def Xform "Root"\n{\ndef Mesh "A"\n{\n${place}${BODY}}\n}\ndef Mesh "B"\n{\n${BODY}}\n`;
  expect(await read('usda', strToU8(text))).toEqual({ meshes: 2, notes: [] });
});

it('what three trips over is left out and named, and the rest is shown', async () => {
  const moves = `matrix2d way.timeSamples = {\n${'0: ((1, 0),\n(0, 1))\n'.repeat(5)}}\n`;
  const meshes = ['A', 'Bad', 'C'].map((name) => `def Mesh "${name}"\n{\n${name === 'Bad' ? moves : ''}${BODY}}\n`);
  const text = `${HEAD}def Xform "Root"\n{\n${meshes.join('')}}\ndef Mesh "D"\n{\n${BODY}}\n`;
  expect(await read('usda', strToU8(text))).toEqual({ meshes: 3, notes: [['Bad']] });
  expect(await read('usdz', zipSync({ 'a.usda': strToU8(text) }, { level: 0 }))).toEqual({
    meshes: 3,
    notes: [['Bad']],
  });
});

it('leaves texts and remarks as they are', () => {
  const text = `${HEAD}# def Mesh "no" ()\nstring doc = 'def Mesh "no" () {'\nstring more = """\ndef Mesh "no" ()\n{"""\n`;
  expect(plainUsda(text)).toBe(text);
  expect(drawnPrims('def Mesh "A" ()\n  def Points "B"\n# def Mesh "C"\ndef Scope "D"')).toEqual(['A', 'B']);
});

it('comes to an end on a text that does not', () => {
  for (const text of [
    'def Mesh "A" (',
    'def Mesh "A" ("',
    '"""',
    `def Mesh "A" ${'('.repeat(200_000)}`,
    'def Mesh "'.repeat(50_000),
  ])
    expect(plainUsda(text).length).toBeGreaterThan(0);
});

it('small whole numbers of a binary file are places', async () => {
  const bytes = new Uint8Array(readFileSync(new URL('golden/inlined.usdc', import.meta.url)));
  const { root, notes } = await readScene(
    { format: 'usdc', main: 'a.usdc', title: 'a', bytes },
    {
      find: () => Promise.resolve(null),
      onProgress: () => undefined,
      decodePicture: () => Promise.reject(new Error('none')),
    },
  );
  root.updateMatrixWorld(true);
  const places = ['A', 'B'].map((name) => root.getObjectByName(name)?.matrixWorld.elements.slice(12, 15));
  expect({ places, notes }).toEqual({
    places: [
      [3, -2, 1],
      [0.5, 0, 0],
    ],
    notes: [],
  });
});
