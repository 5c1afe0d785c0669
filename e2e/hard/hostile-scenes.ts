import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

/** Small scenes that ask for gigabytes, minutes or a crash, each made here. `make` returns what is to be opened. */
export interface HostileScene {
  name: string;
  make: (folder: string) => string;
}

type Json = Record<string, unknown>;

const file = (name: string, content: () => string | Uint8Array): HostileScene => ({
  name,
  make: (folder) => put(folder, name, content()),
});

function put(folder: string, name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** A folder of files, opened as one; the folder is returned. */
const folderOf = (name: string, files: () => Record<string, string | Uint8Array>): HostileScene => ({
  name,
  make: (folder) => {
    for (const [part, content] of Object.entries(files())) put(join(folder, name), part, content);
    return join(folder, name);
  },
});

const u32 = (...values: number[]) => Buffer.from(Uint32Array.from(values).buffer);
const f32 = (...values: number[]): Buffer => Buffer.from(Float32Array.from(values).buffer);
const f64 = (...values: number[]): Buffer => Buffer.from(Float64Array.from(values).buffer);
const TRIANGLE = f32(0, 0, 0, 1, 0, 0, 0, 1, 0);
const times = <T>(count: number, make: (k: number) => T): T[] => Array.from({ length: count }, (_, k) => make(k));

/** A binary glTF of one triangle whose description `bend` changes; `more` is put behind the triangle, at byte 36. */
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

/** A PNG of one colour. */
export function png(width: number, height: number): Uint8Array {
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([size, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([1, 0, 0, 0, 0], 8); // one bit of grey
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.alloc((1 + Math.ceil(width / 8)) * height))),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** As many pictures of 4096 pixels each way, of which the file holds one. */
const manyTextures = (count: number): Uint8Array =>
  textured(png(4096, 4096), (scene) => ({
    ...scene,
    images: times(count, () => ({ bufferView: 1, mimeType: 'image/png' })),
    textures: times(count, (source) => ({ source })),
    materials: times(count, (index) => ({ pbrMetallicRoughness: { baseColorTexture: { index } } })),
    meshes: [{ primitives: times(count, (material) => ({ attributes: { POSITION: 0, TEXCOORD_0: 1 }, material })) }],
  }));

/** A GIF of one pixel that says it is larger; its frame too, or only its screen. */
const gif = (screen: number, frame: number): Uint8Array =>
  Buffer.concat([
    Buffer.from('GIF89a'),
    Buffer.from(Uint16Array.of(screen, screen).buffer),
    Buffer.from([0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x2c, 0, 0, 0, 0]),
    Buffer.from(Uint16Array.of(frame, frame).buffer),
    Buffer.from([0, 2, 2, 0x44, 1, 0, 0x3b]),
  ]);

const bmpRle = (size: number): Uint8Array =>
  Buffer.concat([
    Buffer.from('BM'),
    u32(62, 0, 62, 40, size, size),
    Buffer.from(Uint16Array.of(1, 8).buffer),
    u32(1, 4, 0, 0, 2, 2),
    u32(0, 0xffffff),
    Buffer.from([0, 1, 0, 0]),
  ]);

const WRAPS = [10497, 33071, 33648];

/** A zip of files, each stored as it is packed already or deflated here. */
function zip(files: Record<string, Uint8Array>): Uint8Array {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const packed = deflateRawSync(content);
    const facts = Buffer.concat([
      Buffer.from(Uint16Array.of(20, 0, 8, 0, 0).buffer),
      u32(crc32(content), packed.length, content.length),
      Buffer.from(Uint16Array.of(name.length, 0).buffer),
    ]);
    parts.push(u32(0x04034b50), facts, Buffer.from(name), packed);
    central.push(
      u32(0x02014b50),
      Buffer.from(Uint16Array.of(20).buffer),
      facts,
      Buffer.alloc(10),
      u32(at),
      Buffer.from(name),
    );
    at += 30 + name.length + packed.length;
  }
  const size = central.reduce((sum, part) => sum + part.length, 0);
  const count = Object.keys(files).length;
  return Buffer.concat([
    ...parts,
    ...central,
    u32(0x06054b50),
    Buffer.from(Uint16Array.of(0, 0, count, count).buffer),
    u32(size, at),
    Buffer.alloc(2),
  ]);
}

interface FbxNode {
  name: string;
  properties?: Buffer[];
  children?: FbxNode[];
}

/** Binary FBX, version 7.4. */
function fbx(nodes: FbxNode[]): Uint8Array {
  const head = Buffer.concat([Buffer.from('Kaydara FBX Binary  \0\x1a\0', 'latin1'), u32(7400)]);
  const write = ({ name, properties = [], children = [] }: FbxNode, from: number): Buffer => {
    const values = Buffer.concat(properties);
    let at = from + 13 + name.length + values.length;
    const inside = children.map((child) => {
      const bytes = write(child, at);
      at += bytes.length;
      return bytes;
    });
    if (children.length > 0) inside.push(Buffer.alloc(13));
    const size = 13 + name.length + values.length + inside.reduce((sum, { length }) => sum + length, 0);
    return Buffer.concat([
      u32(from + size, properties.length, values.length),
      Buffer.from([name.length]),
      Buffer.from(name),
      values,
      ...inside,
    ]);
  };
  const parts: Buffer[] = [head];
  let at = head.length;
  for (const node of nodes) {
    parts.push(write(node, at));
    at += parts.at(-1)!.length;
  }
  return Buffer.concat([...parts, Buffer.alloc(13)]);
}

const fbxArray = (kind: 'd' | 'i', count: number, packed: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(kind), u32(count, 1, packed.length), packed]);
const fbxMesh = (vertices: Buffer): FbxNode => ({
  name: 'Objects',
  children: [
    {
      name: 'Geometry',
      properties: [Buffer.concat([Buffer.from('L'), u32(1, 0)])],
      children: [{ name: 'Vertices', properties: [vertices] }],
    },
  ],
});

/** Deflated zeros: a thousandth of their size. */
const zeros = (bytes: number): Uint8Array => deflateSync(Buffer.alloc(bytes));

const splatProperties = [
  'x',
  'y',
  'z',
  'f_dc_0',
  'f_dc_1',
  'f_dc_2',
  'opacity',
  'scale_0',
  'scale_1',
  'scale_2',
  'rot_0',
  'rot_1',
  'rot_2',
  'rot_3',
];

const colmap = (
  images: string,
  points = '1 0 0 0 255 0 0 0.1\n',
  picture: Uint8Array = png(64, 48),
): Record<string, string | Uint8Array> => ({
  'images/a.png': picture,
  'sparse/0/cameras.txt': '1 PINHOLE 64 48 30 30 32 24\n',
  'sparse/0/images.txt': images,
  'sparse/0/points3D.txt': points,
});

const frame = '{"file_path":"a.png","transform_matrix":[[1,0,0,0],[0,1,0,0],[0,0,1,3],[0,0,0,1]]}';
const sogMeta = {
  version: 2,
  count: 4_000_000,
  means: { mins: [0, 0, 0], maxs: [1, 1, 1], files: ['l.webp', 'u.webp'] },
  scales: { codebook: times(256, () => 0), files: ['s.webp'] },
  quats: { files: ['q.webp'] },
  sh0: { codebook: times(256, () => 0), files: ['c.webp'] },
};

export const HOSTILE_SCENES: readonly HostileScene[] = [
  // Pictures
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
      // Sequential, 2^28 faces and as many points.
      Buffer.concat([
        Buffer.from('DRACO'),
        Buffer.from([2, 2, 1, 0, 0, 0, 0x80, 0x80, 0x80, 0x80, 1, 0x80, 0x80, 0x80, 0x80, 1, 0]),
        Buffer.alloc(400),
      ]),
    ),
  ),
  file('far.glb', () => glb((scene) => ({ ...scene, nodes: [{ mesh: 0, scale: [3e38, 3e38, 3e38] }] }))),
  file('tiny.glb', () => glb((scene) => ({ ...scene, nodes: [{ mesh: 0, scale: [1e-38, 1e-38, 1e-38] }] }))),

  // Text
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
        `ply\nformat binary_little_endian 1.0\nelement vertex 64\n${splatProperties.map((name) => `property float ${name}\n`).join('')}end_header\n`,
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

  // Poses
  folderOf('poses-infinite', () => colmap('1 1 0 0 0 inf 0 2 1 a.png\n\n')),
  folderOf('poses-far', () => colmap('1 1 0 0 0 1e308 1e308 2 1 a.png\n\n')),
  folderOf('points-infinite', () =>
    colmap('1 1 0 0 0 0 0 2 1 a.png\n\n', times(200, (k) => `${k} 1e308 ${k} -1e308 255 0 0 0.1\n`).join('')),
  ),
  folderOf('poses-binary-infinite', () => ({
    'images/a.png': png(64, 48),
    'sparse/0/cameras.bin': Buffer.concat([u32(1, 0, 1, 1, 64, 0, 48, 0), f64(30, 30, 32, 24)]),
    'sparse/0/images.bin': Buffer.concat([
      u32(1, 0, 1),
      f64(1, 0, 0, 0, Infinity, NaN, 2),
      u32(1),
      Buffer.from('a.png\0'),
      Buffer.alloc(8),
    ]),
    'sparse/0/points3D.bin': Buffer.concat([
      u32(1, 0, 1, 0),
      f64(Infinity, NaN, 1e308),
      Buffer.from([1, 2, 3]),
      f64(0),
      Buffer.alloc(8),
    ]),
  })),
  folderOf('lens-infinite', () => ({
    ...colmap('1 1 0 0 0 0 0 2 1 a.png\n\n'),
    'sparse/0/cameras.txt': '1 PINHOLE 64 48 1e-300 1e-300 32 24\n',
  })),
  folderOf('transforms-far', () => ({
    'transforms.json': `{"camera_angle_x":0.8,"frames":[${frame.replace(',3]', ',1e300]')}]}`,
    'a.png': png(64, 48),
  })),
  folderOf('transforms-many', () => ({
    'transforms.json': `{"camera_angle_x":0.8,"frames":[${times(300_000, () => frame).join()}]}`,
    'a.png': png(64, 48),
    ...Object.fromEntries(times(2000, (k) => [`images/${k}.png`, new Uint8Array()])),
  })),
  folderOf('transforms-deep', () => ({
    'transforms.json': `{"camera_angle_x":0.8,"x":${'['.repeat(10_000_000)}`,
    'a.png': png(64, 48),
  })),
  folderOf('photograph', () => colmap('1 1 0 0 0 0 0 2 1 a.png\n\n', undefined, png(14_000, 14_000))),
];
