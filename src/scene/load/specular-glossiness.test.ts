// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { findErrors } from '../validate/validation';
import { diffuseInstead } from './specular-glossiness';

const old = (extension: object, pbrMetallicRoughness?: object) => ({
  extensions: { KHR_materials_pbrSpecularGlossiness: extension },
  ...(pbrMetallicRoughness && { pbrMetallicRoughness }),
});

describe('materials of the specular-glossiness kind', () => {
  it('are shown by their diffuse colour, unless the file says how else', () => {
    const document = {
      materials: [
        old({ diffuseFactor: [1, 0, 0, 1], diffuseTexture: { index: 0 }, glossinessFactor: 0.25 }),
        old({}, { metallicFactor: 1 }),
        old({ diffuseFactor: [1, 0, 0, 1] }, { baseColorFactor: [0, 1, 0, 1] }),
        {},
      ],
    };
    expect(diffuseInstead(document)).toBe(2);
    expect(
      document.materials.map((material) => (material as { pbrMetallicRoughness?: object }).pbrMetallicRoughness),
    ).toEqual([
      { baseColorFactor: [1, 0, 0, 1], baseColorTexture: { index: 0 }, metallicFactor: 0, roughnessFactor: 0.75 },
      { metallicFactor: 0, roughnessFactor: 0 },
      { baseColorFactor: [0, 1, 0, 1] },
      undefined,
    ]);
    expect(diffuseInstead({})).toBe(0);
  });
});

describe('a fault that does no harm is noted, not refused', () => {
  const positions = [0, 0, 0, 1, 0, 0, 0, 1, 0];
  const uri = `data:application/octet-stream;base64,${Buffer.from(new Float32Array([...positions, 0, 0, 1, 0, 0, 1]).buffer).toString('base64')}`;
  const gltf = (more: object, material: object = {}) =>
    new TextEncoder().encode(
      JSON.stringify({
        asset: { version: '2.0' },
        scene: 0,
        scenes: [{ nodes: [0] }],
        nodes: [{ mesh: 0 }],
        meshes: [{ primitives: [{ attributes: { POSITION: 0, TEXCOORD_0: 1 }, material: 0 }] }],
        materials: [material],
        accessors: [
          { bufferView: 0, componentType: 5126, count: 3, type: 'VEC3', min: [0, 0, 0], max: [1, 1, 0] },
          { bufferView: 1, componentType: 5126, count: 3, type: 'VEC2' },
        ],
        bufferViews: [
          { buffer: 0, byteLength: 36, target: 34962 },
          { buffer: 0, byteOffset: 36, byteLength: 24, target: 34962 },
        ],
        buffers: [{ uri, byteLength: 60 }],
        ...more,
      }),
    );
  const picture = {
    textures: [{ source: 0 }],
    images: [{ uri: 'a.png' }],
    extensionsUsed: ['KHR_materials_clearcoat'],
  };

  it.each([
    [
      'a clearcoat without tangents',
      gltf(picture, {
        extensions: { KHR_materials_clearcoat: { clearcoatFactor: 1, clearcoatNormalTexture: { index: 0 } } },
      }),
      /NO_TANGENT_SPACE/,
    ],
    ['an empty list', gltf({ cameras: [] }), /EMPTY_ENTITY/],
    [
      'a colour out of range',
      gltf({}, { pbrMetallicRoughness: { baseColorFactor: [2, 0, 0, 1] } }),
      /VALUE_NOT_IN_RANGE/,
    ],
    [
      'an animation of nothing',
      gltf({
        animations: [{ channels: [{ sampler: 7, target: { path: 'scale' } }], samplers: [{ input: 9, output: 9 }] }],
      }),
      /animations/,
    ],
  ])('%s', async (_, file, words) => {
    const { errors, noted } = await findErrors(file);
    expect(errors).toEqual([]);
    expect(noted.join()).toMatch(words);
  });

  it('but a place outside the file is refused', async () =>
    expect((await findErrors(gltf({ nodes: [{ mesh: 9 }] }))).errors.join()).toMatch(/UNRESOLVED_REFERENCE/));
});
