// SPDX-License-Identifier: Apache-2.0
/** Endless text, tables with wrong sizes, and data compressed a thousandfold. */

import { gzipSync } from 'node:zlib';
import { SPLAT_PROPERTIES } from '../../src/scene/formats/written';
import { fbx, fbxArray, fbxMesh, zeros, zip, type FbxNode } from './archive-bytes';
import { png } from './picture-bytes';
import { file, u32, f32, TRIANGLE, times, type HostileScene } from './scene-files';

const sogMeta = {
  version: 2,
  count: 4_000_000,
  means: { mins: [0, 0, 0], maxs: [1, 1, 1], files: ['l.webp', 'u.webp'] },
  scales: { codebook: times(256, () => 0), files: ['s.webp'] },
  quats: { files: ['q.webp'] },
  sh0: { codebook: times(256, () => 0), files: ['c.webp'] },
};

export const HOSTILE_TABLES: readonly HostileScene[] = [
  file('groups.obj', () => `v 0 0 0\nv 1 0 0\nv 0 1 0\n${times(200_000, (k) => `g part${k}\nf 1 2 3\n`).join('')}`),
  file(
    'materials.obj',
    () => `v 0 0 0\nv 1 0 0\nv 0 1 0\n${times(200_000, (k) => `usemtl m${k}\nf 1 2 3\n`).join('')}`,
  ),
  file('lines.obj', () => `v 0 0 0\n${'\n'.repeat(40_000_000)}`),
  file('polygon.obj', () => `v 0 0 0\nv 1 0 0\nv 0 1 0\nf${' 1 2 3'.repeat(3_000_000)}\n`),
  file('solid.stl', () => `solid a\n${'facet '.repeat(400_000)}\nendsolid a\n`),
  file('solids.stl', () => `${'solid a\nfacet\nendfacet\nendsolid\n'.repeat(60_000)}`),
  file('points.xyz', () => '1 2 3\n'.repeat(2_000_000)),
  file('wide.xyz', () => `${'1 '.repeat(30_000_000)}\n`),
  file('huge.xyz', () => times(64, (k) => `${k}e300 ${k}e307 1e308\n`).join('')),

  // Tables that lie
  file(
    'element.ply',
    () =>
      'ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\nelement nothing 9000000000000000\nend_header\n0 0 0\n1 0 0\n0 1 0\n',
  ),
  file('element-binary.ply', () =>
    Buffer.concat([
      Buffer.from(
        'ply\nformat binary_little_endian 1.0\nelement nothing 9000000000000000\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\nend_header\n',
      ),
      TRIANGLE,
    ]),
  ),
  file('list.ply', () =>
    Buffer.concat([
      Buffer.from(
        'ply\nformat binary_little_endian 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\nelement face 1\nproperty list uint uchar vertex_indices\nend_header\n',
      ),
      TRIANGLE,
      u32(0xffffffff),
      Buffer.alloc(64),
    ]),
  ),
  file('infinite.ply', () =>
    Buffer.concat([
      Buffer.from(
        'ply\nformat binary_little_endian 1.0\nelement vertex 300\nproperty float x\nproperty float y\nproperty float z\nend_header\n',
      ),
      f32(...times(900, (k) => [Infinity, 3e38, NaN, -3e38][k % 4]!)),
    ]),
  ),
  file('nan-splats.ply', () =>
    Buffer.concat([
      Buffer.from(
        `ply\nformat binary_little_endian 1.0\nelement vertex 64\n${SPLAT_PROPERTIES.map((name) => `property float ${name}\n`).join('')}end_header\n`,
      ),
      f32(...times(64 * 14, (k) => [NaN, 1e38, 1, 1e9][k % 4]!)),
    ]),
  ),
  file('packed.pcd', () =>
    Buffer.concat([
      Buffer.from(
        'VERSION .7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nCOUNT 1 1 100000\nWIDTH 10000\nHEIGHT 1\nPOINTS 10000\nDATA binary_compressed\n',
      ),
      u32(64, 4_000_080_000 % 2 ** 32),
      Buffer.alloc(64),
    ]),
  ),
  file('lies.ksplat', () => {
    const head = Buffer.alloc(4096 + 1024);
    head.set([0, 1, 0, 0]);
    for (const [at, value] of [
      [4, 1],
      [8, 1],
      [12, 4_000_000],
      [16, 4_000_000],
      [4096, 4_000_000],
      [4100, 4_000_000],
      [4104, 256],
      [4108, 1],
    ] as const)
      head.writeUInt32LE(value, at);
    head.writeUInt16LE(1, 20);
    head.writeUInt16LE(2, 4096 + 40);
    return head;
  }),
  file('zeros.spz', () =>
    gzipSync(Buffer.concat([u32(0x5053474e, 2, 4_000_000, 0x00000c03), Buffer.alloc(4_000_000 * 64)])),
  ),
  file('bomb.spz', () => gzipSync(Buffer.concat([u32(0x5053474e, 2, 100, 0), Buffer.alloc(2_000_000_000)]))),
  file('bomb.sog', () =>
    zip({
      'meta.json': Buffer.from(JSON.stringify(sogMeta)),
      ...Object.fromEntries(['l', 'u', 's', 'q', 'c'].map((name) => [`${name}.webp`, png(4096, 4096)])),
    }),
  ),

  // Packed
  file('inflate.fbx', () => fbx([fbxMesh(fbxArray('d', 250_000_000, zeros(2_000_000_000)))])),
  file('inflate-lies.fbx', () => fbx([fbxMesh(fbxArray('d', 9, zeros(2_000_000_000)))])),
  file('arrays.fbx', () =>
    fbx([
      {
        name: 'Objects',
        children: times(100, () => ({
          name: 'Geometry',
          children: [{ name: 'Vertices', properties: [fbxArray('d', 4_000_000, zeros(32_000_000))] }],
        })),
      },
    ]),
  ),
  file('deep.fbx', () => {
    let node: FbxNode = { name: 'A' };
    for (let k = 0; k < 1500; k++) node = { name: 'A', children: [node] };
    return fbx([node]);
  }),
  file('deep.usda', () => `#usda 1.0\n${'def Xform "a" {\n'.repeat(100_000)}${'}'.repeat(100_000)}\n`),
  file('bomb.usdz', () => zip({ 'a.usda': Buffer.alloc(2_000_000_000, 10) })),
  file('bomb.zip', () => zip({ 'a.obj': Buffer.alloc(2_000_000_000, 10) })),
  file('bomb-ply.zip', () =>
    zip({ 'a.ply': Buffer.concat([Buffer.from('ply\nformat ascii 1.0\n'), Buffer.alloc(1_000_000_000, 32)]) }),
  ),
  file('entries.zip', () => zip(Object.fromEntries(times(30_000, (k) => [`${k}.obj`, new Uint8Array()])))),
];
