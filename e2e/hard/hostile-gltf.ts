// SPDX-License-Identifier: Apache-2.0
/** glTF files, and texture pictures, that need too much memory or time. */

import { png, gif, bmpRle } from './picture-bytes';
import { file, folderOf, u32, TRIANGLE, times, type HostileScene } from './scene-files';

type Json = Record<string, unknown>;

/** A binary glTF of one triangle whose JSON is changed by `bend`; `more` is added after the triangle, at byte 36. */
function glb(bend: (scene: Json) => Json | string, more: Uint8Array = new Uint8Array()): Uint8Array {
  const bin = Buffer.concat([TRIANGLE, more, Buffer.alloc((4 - (more.length % 4)) % 4)]);
  const scene = bend({
    asset: { version: '2.0' },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0 }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0 } }] }],
    buffers: [{ byteLength: bin.length }],
    bufferViews: [
      { buffer: 0, byteLength: 36 },
      ...(more.length > 0 ? [{ buffer: 0, byteOffset: 36, byteLength: more.length }] : []),
    ],
    accessors: [{ bufferView: 0, componentType: 5126, count: 3, type: 'VEC3', min: [0, 0, 0], max: [1, 1, 0] }],
  });
  const text = typeof scene === 'string' ? scene : JSON.stringify(scene);
  const json = Buffer.from(
    text.padEnd(Math.ceil(Buffer.byteLength(text) / 4) * 4 - (Buffer.byteLength(text) - text.length)),
  );
  return Buffer.concat([
    Buffer.from('glTF'),
    u32(2, 28 + json.length + bin.length, json.length),
    Buffer.from('JSON'),
    json,
    u32(bin.length),
    Buffer.from('BIN\0'),
    bin,
  ]);
}

const textured = (picture: Uint8Array, bend: (scene: Json) => Json = (scene) => scene): Uint8Array =>
  glb(
    (scene) =>
      bend({
        ...scene,
        meshes: [{ primitives: [{ attributes: { POSITION: 0, TEXCOORD_0: 1 }, material: 0 }] }],
        accessors: [...(scene['accessors'] as Json[]), { componentType: 5126, count: 3, type: 'VEC2' }],
        materials: [{ pbrMetallicRoughness: { baseColorTexture: { index: 0 } } }],
        textures: [{ source: 0 }],
        images: [{ bufferView: 1, mimeType: 'image/png' }],
      }),
    picture,
  );

/** `count` textures of 4096 x 4096 pixels that all use the same picture data. */
const manyTextures = (count: number): Uint8Array =>
  textured(png(4096, 4096), (scene) => ({
    ...scene,
    images: times(count, () => ({ bufferView: 1, mimeType: 'image/png' })),
    textures: times(count, (source) => ({ source })),
    materials: times(count, (index) => ({ pbrMetallicRoughness: { baseColorTexture: { index } } })),
    meshes: [{ primitives: times(count, (material) => ({ attributes: { POSITION: 0, TEXCOORD_0: 1 }, material })) }],
  }));

const WRAPS = [10497, 33071, 33648];

export const HOSTILE_GLTF: readonly HostileScene[] = [
  file('texture-gif.glb', () => textured(gif(20_000, 20_000))),
  file('texture-gif-frame.glb', () => textured(gif(1, 20_000))),
  file('texture-bmp.glb', () => textured(bmpRle(20_000))),
  file('texture-png.glb', () => textured(png(14_000, 14_000))),
  file('texture-unknown.glb', () => textured(Buffer.concat([u32(0x00010000, 0x00000001), png(14_000, 14_000)]))),
  file('textures-twelve.glb', () => manyTextures(12)),
  file('textures-forty.glb', () => manyTextures(40)),
  file('texture-samplers.glb', () =>
    textured(png(4096, 4096), (scene) => ({
      ...scene,
      samplers: times(36, (k) => ({
        wrapS: WRAPS[k % 3],
        wrapT: WRAPS[Math.floor(k / 3) % 3],
        minFilter: 9984 + Math.floor(k / 9),
      })),
      textures: times(36, (sampler) => ({ source: 0, sampler })),
      materials: times(36, (index) => ({ pbrMetallicRoughness: { baseColorTexture: { index } } })),
      meshes: [{ primitives: times(36, (material) => ({ attributes: { POSITION: 0, TEXCOORD_0: 1 }, material })) }],
    })),
  ),
  folderOf('obj-texture', () => ({
    'a.obj': 'mtllib a.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nvt 0 0\nusemtl m\nf 1/1 2/1 3/1\n',
    'a.mtl': 'newmtl m\nKd 1 1 1\nmap_Kd a.gif\n',
    'a.gif': gif(20_000, 20_000),
  })),
  folderOf('obj-textures', () => ({
    'a.obj': `mtllib a.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nvt 0 0\n${times(40_000, (k) => `usemtl m${k}\nf 1/1 2/1 3/1\n`).join('')}`,
    'a.mtl': times(40_000, (k) => `newmtl m${k}\nmap_Kd p${k}.png\n`).join(''),
  })),

  // Descriptions
  file('json-deep.glb', () => glb(() => `${'['.repeat(8_000_000)}`)),
  file('json-wide.glb', () => glb(() => `{"asset":{"version":"2.0"},"nodes":[${'{},'.repeat(15_000_000)}{}]}`)),
  file('nodes-deep.glb', () =>
    glb((scene) => ({ ...scene, nodes: times(60_000, (k) => (k < 59_999 ? { children: [k + 1] } : { mesh: 0 })) })),
  ),
  file('nodes-many.glb', () =>
    glb((scene) => ({
      ...scene,
      scenes: [{ nodes: times(95_000, (k) => k) }],
      nodes: times(95_000, (k) => ({ mesh: 0, translation: [k % 300, Math.floor(k / 300), 0] })),
    })),
  ),
  file('zeros.glb', () =>
    glb((scene) => ({
      ...scene,
      accessors: [{ componentType: 5126, count: 80_000_000, type: 'VEC3', min: [0, 0, 0], max: [0, 0, 0] }],
    })),
  ),
  file('morphs.glb', () =>
    glb((scene) => ({
      ...scene,
      meshes: [{ primitives: [{ attributes: { POSITION: 1 }, targets: times(400, () => ({ POSITION: 1 })) }] }],
      accessors: [
        ...(scene['accessors'] as Json[]),
        { componentType: 5126, count: 300_000, type: 'VEC3', min: [0, 0, 0], max: [0, 0, 0] },
      ],
    })),
  ),
  file('instances.glb', () =>
    glb((scene) => ({
      ...scene,
      extensionsUsed: ['EXT_mesh_gpu_instancing'],
      nodes: [{ mesh: 0, extensions: { EXT_mesh_gpu_instancing: { attributes: { TRANSLATION: 1 } } } }],
      accessors: [...(scene['accessors'] as Json[]), { componentType: 5126, count: 20_000_000, type: 'VEC3' }],
    })),
  ),
  file('materials.glb', () =>
    textured(png(4, 4), (scene) => {
      const has = (k: number, bit: number): boolean => ((k >> bit) & 1) === 1;
      return {
        ...scene,
        extensionsUsed: ['KHR_materials_clearcoat', 'KHR_materials_sheen', 'KHR_materials_iridescence'],
        materials: times(1024, (k) => ({
          doubleSided: has(k, 0),
          alphaMode: has(k, 1) ? 'MASK' : 'OPAQUE',
          pbrMetallicRoughness: {
            ...(has(k, 2) && { baseColorTexture: { index: 0 } }),
            ...(has(k, 3) && { metallicRoughnessTexture: { index: 0 } }),
          },
          ...(has(k, 4) && { emissiveTexture: { index: 0 } }),
          ...(has(k, 5) && { normalTexture: { index: 0 } }),
          ...(has(k, 6) && { occlusionTexture: { index: 0 } }),
          extensions: {
            ...(has(k, 7) && { KHR_materials_clearcoat: { clearcoatFactor: 1 } }),
            ...(has(k, 8) && { KHR_materials_sheen: { sheenColorFactor: [1, 1, 1] } }),
            ...(has(k, 9) && { KHR_materials_iridescence: { iridescenceFactor: 1 } }),
          },
        })),
        meshes: [{ primitives: times(1024, (material) => ({ attributes: { POSITION: 0, TEXCOORD_0: 1 }, material })) }],
      };
    }),
  ),
  file('animations.glb', () =>
    glb((scene) => ({
      ...scene,
      accessors: [
        ...(scene['accessors'] as Json[]),
        { componentType: 5126, count: 1_000_000, type: 'SCALAR', min: [0], max: [0] },
        { componentType: 5122, normalized: true, count: 1_000_000, type: 'VEC4' },
      ],
      animations: [
        {
          samplers: times(2000, () => ({ input: 1, output: 2 })),
          channels: times(2000, (sampler) => ({ sampler, target: { node: 0, path: 'rotation' } })),
        },
      ],
    })),
  ),
  file('meshopt.glb', () =>
    glb(
      (scene) => ({
        ...scene,
        extensionsUsed: ['EXT_meshopt_compression'],
        extensionsRequired: ['EXT_meshopt_compression'],
        buffers: [...(scene['buffers'] as Json[]), { byteLength: 900_000_000 }],
        bufferViews: [
          {
            buffer: 1,
            byteLength: 900_000_000,
            byteStride: 12,
            extensions: {
              EXT_meshopt_compression: {
                buffer: 0,
                byteOffset: 36,
                byteLength: 64,
                byteStride: 12,
                count: 75_000_000,
                mode: 'ATTRIBUTES',
              },
            },
          },
        ],
        accessors: [
          { bufferView: 0, componentType: 5126, count: 75_000_000, type: 'VEC3', min: [0, 0, 0], max: [0, 0, 0] },
        ],
      }),
      Buffer.concat([Buffer.from([0xa0]), Buffer.alloc(63)]),
    ),
  ),
  file('draco.glb', () =>
    glb(
      (scene) => ({
        ...scene,
        extensionsUsed: ['KHR_draco_mesh_compression'],
        extensionsRequired: ['KHR_draco_mesh_compression'],
        meshes: [
          {
            primitives: [
              {
                attributes: { POSITION: 0 },
                indices: 1,
                extensions: { KHR_draco_mesh_compression: { bufferView: 1, attributes: { POSITION: 0 } } },
              },
            ],
          },
        ],
        accessors: [
          { componentType: 5126, count: 3, type: 'VEC3', min: [0, 0, 0], max: [1, 1, 0] },
          { componentType: 5125, count: 3, type: 'SCALAR' },
        ],
      }),
      // Sequential encoding, 2^28 faces and as many points.
      Buffer.concat([
        Buffer.from('DRACO'),
        Buffer.from([2, 2, 1, 0, 0, 0, 0x80, 0x80, 0x80, 0x80, 1, 0x80, 0x80, 0x80, 0x80, 1, 0]),
        Buffer.alloc(400),
      ]),
    ),
  ),
  file('far.glb', () => glb((scene) => ({ ...scene, nodes: [{ mesh: 0, scale: [3e38, 3e38, 3e38] }] }))),
  file('tiny.glb', () => glb((scene) => ({ ...scene, nodes: [{ mesh: 0, scale: [1e-38, 1e-38, 1e-38] }] }))),
];
