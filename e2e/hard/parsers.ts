// SPDX-License-Identifier: Apache-2.0
/** All of our own parsers, with complete files as seeds. */

import { gzipSync, zipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readColmapFiles, readColmapPoints, readNerfstudioFile, readScanNetFiles } from '../../src/camera';
import { say, ZoetropeError } from '../../src/contract';
import { byteRange } from '../../src/main/byte-range';
import { parseShown } from '../../src/media/decode';
import { parseStreamInfo } from '../../src/media/streaminfo';
import { decodeText } from '../../src/media/subtitles/encoding';
import { parseSubtitles } from '../../src/media/subtitles/parse';
import { familyOf } from '../../src/model/families';
import { parseHeader } from '../../src/model/safetensors';
import { checkGlb } from '../../src/scene/validate';
import { gunzipWithin } from '../../src/scene/files/gunzip';
import { unzip } from '../../src/scene/files/unzip';
import { materialLibraries, readMapLine } from '../../src/scene/formats/mtl';
import { drawnPrims, plainUsda } from '../../src/scene/formats/plain-usda';
import { readScene } from '../../src/scene/formats/read';
import { withoutFaulty } from '../../src/scene/formats/sound-usda';
import { SPLAT_PROPERTIES } from '../../src/scene/formats/written';
import { root, samples } from '../fixtures/window';
import { bytes, packed, text, type Bytes } from './bend';

const file = (...path: string[]): Bytes => new Uint8Array(readFileSync(join(...path)));
const json = (bent: Bytes): unknown => {
  try {
    return JSON.parse(text(bent)) as unknown;
  } catch {
    return undefined; // code that reads JSON from a disk checks its syntax before it calls the parser
  }
};

const header = (elements: string): string => `ply\nformat binary_little_endian 1.0\n${elements}end_header\n`;

interface Parser {
  seeds: readonly Bytes[];
  parse: (bent: Bytes) => unknown;
}

/** Parsers in the window's workers. There, any other error from three.js's loaders is reported as the file's fault. */
const scene = (format: string, ...seeds: Bytes[]): Parser => ({
  seeds,
  parse: async (bent) => {
    const notHere = (): Promise<never> =>
      Promise.reject(new ZoetropeError('not-a-picture', say`There are no pictures here.`, say`Look elsewhere.`));
    try {
      await readScene(
        { format, main: `a.${format}`, title: `a.${format}`, bytes: bent },
        { find: () => Promise.resolve(null), onProgress: () => undefined, decodePicture: notHere },
      );
    } catch (error) {
      if (error instanceof ZoetropeError || !(error as Error).stack?.includes('node_modules/three/')) throw error;
      return notHere();
    }
  },
});

export const PARSERS: Record<string, Parser> = {
  'glTF in one file': {
    seeds: [file(samples, 'scene.glb').slice(0, 20_000), file(samples, 'scene.glb')],
    parse: (bent) => checkGlb(bent.buffer, 'a.glb'),
  },
  PLY: scene(
    'ply',
    bytes(
      'ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n',
    ),
    packed(
      header(
        'element vertex 2\nproperty float x\nproperty float y\nproperty float z\nproperty uchar red\nproperty uchar green\nproperty uchar blue\n',
      ),
      ['f', 0, 1, 2],
      [1, 9, 9, 9],
      ['f', 3, 4, 5],
      [1, 9, 9, 9],
    ),
    packed(
      header(
        'comment TextureFile a.png\nelement vertex 5\nproperty double x\nproperty double y\nproperty double z\nelement face 1\nproperty list uchar int vertex_indices\nproperty list uchar float texcoord\nelement tristrips 1\nproperty list int int vertex_indices\n',
      ),
      ['d', ...Array.from({ length: 15 }, (_, k) => 451000 + ((7 * k) % 5))],
      [1, 5],
      [4, 0, 1, 2, 3, 4],
      [1, 10],
      ['f', ...Array<number>(10).fill(0.5)],
      [4, 5, 0, 1, 2, 0xffffffff, 3],
    ),
  ),
  OBJ: scene('obj', bytes('mtllib "a b.mtl" c.mtl\nv 451000.5 0 0\nv 1 0 0\nv 0 1 0\nusemtl\tm\nf 1 2 3\n')),
  STL: scene(
    'stl',
    bytes('solid a\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\nendloop\nendfacet\n'),
  ),
  MTL: {
    seeds: [bytes('mtllib "a b.mtl" c.mtl\n-s 2 2 1 -clamp on -o 1 "t x.png"\n')],
    parse: (bent) => [materialLibraries(text(bent)), ...text(bent).split('\n').map(readMapLine)],
  },
  USDA: {
    seeds: [
      bytes(
        '#usda 1.0\n(\n    upAxis = "Y"\n)\ndef Xform "R" (doc = "a ) b")\n{\ndef Mesh "A" ()\n{\nint[] faceVertexCounts = [3]\n}\n}\n',
      ),
    ],
    parse: (bent) => [
      plainUsda(text(bent)),
      drawnPrims(text(bent)),
      withoutFaulty(plainUsda(text(bent)), (one) => Object.fromEntries([[one, {}]])),
    ],
  },
  'splats as PLY': scene(
    'ply',
    packed(header(`element vertex 2\n${SPLAT_PROPERTIES.map((name) => `property float ${name}\n`).join('')}`), [
      'f',
      ...Array<number>(28).fill(0.5),
    ]),
  ),
  'splats as .splat': scene(
    'splat',
    packed(
      ...[0, 1].flatMap((at): ['f' | 1, ...number[]][] => [
        ['f', at, 0, 0, 0.1, 0.1, 0.1],
        [1, 200, 100, 50, 255, 128, 128, 128, 255],
      ]),
    ),
  ),
  'splats as SPZ': scene(
    'spz',
    new Uint8Array(
      gzipSync(packed([4, 0x5053474e, 2, 1], [1, 0, 12, 0, 0], [1, ...Array<number>(9 + 1 + 3 + 3 + 3).fill(7)])),
    ),
  ),
  'splats as SOG': scene(
    'sog',
    new Uint8Array(
      zipSync({
        'meta.json': bytes({ means: { shape: [2, 3], mins: [0, 0, 0], maxs: [1, 1, 1], files: ['a.webp', 'b.webp'] } }),
        'a.webp': bytes('RIFF'),
      }),
    ),
  ),
  PCD: scene(
    'pcd',
    bytes(
      '# .PCD v0.7\nVERSION 0.7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nCOUNT 1 1 1\nWIDTH 2\nHEIGHT 1\nVIEWPOINT 0 0 0 1 0 0 0\nPOINTS 2\nDATA ascii\n0 0 0\n1 1 1\n',
    ),
    packed(
      'VERSION .7\nFIELDS x y z i\nSIZE 8 8 8 2\nTYPE F F F U\nCOUNT 1 1 1 1\nWIDTH 2\nHEIGHT 1\nPOINTS 2\nDATA binary_compressed\n',
      [4, 17, 52],
      [1, 7, 0, 0, 0, 0, 0x80, 0x86, 0x1b, 0x41],
      [1, 224, 31, 7, 3, 1, 2, 3, 4],
    ),
  ),
  'points as text': scene(
    'xyz',
    bytes('1 2 3\n4 5 6 255 0 0\n7.5e3 -1 0\n'),
    bytes('x;y;z;r;g;b\n1,5;2,5;3;255;0;0\n4;5;6;1;2;3\n'),
    bytes('0 0 0 200 10 10 0 0 1\n1 1 0 200 10 10 0 0 1\n'),
  ),
  zip: {
    seeds: [new Uint8Array(zipSync({ 'a.obj': bytes('v 0 0 0\n'), 'deep/b.png': bytes('x'.repeat(3000)) }))],
    parse: (bent) => unzip(bent, 'a.zip'),
  },
  gzip: {
    seeds: [new Uint8Array(gzipSync(bytes('words '.repeat(500))))],
    parse: (bent) => gunzipWithin(bent, 1 << 20, 'a.gz'),
  },
  'COLMAP, text': {
    seeds: [bytes('1 PINHOLE 64 48 50 50 32 24\n\f1 1 0 0 0 0 0 2 1 a.png\n1 2 -1 3 4 5\n')],
    parse: (bent) => {
      const [cameras = '', images = ''] = text(bent).split('\f');
      return readColmapFiles({ cameras, images });
    },
  },
  'COLMAP, binary': {
    seeds: [packed([8, 1], [4, 1, 1], [8, 64, 48], ['d', 50, 50, 32, 24])],
    parse: (bent) =>
      readColmapFiles({
        cameras: bent,
        images: packed([8, 1], [4, 1], ['d', 1, 0, 0, 0, 0, 0, 2], [4, 1], 'a.png', [1, 0], [8, 0]),
      }),
  },
  'COLMAP, images': {
    seeds: [packed([8, 1], [4, 1], ['d', 1, 0, 0, 0, 0, 0, 2], [4, 1], 'a.png', [1, 0], [8, 1], ['d', 3, 4], [8, 5])],
    parse: (bent) =>
      readColmapFiles({ cameras: packed([8, 1], [4, 1, 1], [8, 64, 48], ['d', 50, 50, 32, 24]), images: bent }),
  },
  'COLMAP, points': {
    seeds: [packed([8, 1, 1], ['d', 0, 0, 1], [1, 255, 0, 0], ['d', 0.1], [8, 1], [4, 1, 0])],
    parse: (bent) => readColmapPoints(bent),
  },
  'COLMAP, points as text': {
    seeds: [bytes('1 1 0 0 255 0 0 0.1 1 0\n2 0 1 0 0 255 0 0.2\n')],
    parse: (bent) => readColmapPoints(text(bent)),
  },
  nerfstudio: {
    seeds: [
      bytes({
        camera_angle_x: 0.8,
        w: 64,
        h: 48,
        frames: [
          {
            file_path: 'a.png',
            transform_matrix: [
              [1, 0, 0, 0],
              [0, 1, 0, 0],
              [0, 0, 1, 3],
              [0, 0, 0, 1],
            ],
          },
        ],
      }),
    ],
    parse: (bent) => readNerfstudioFile(text(bent)),
  },
  ScanNet: {
    seeds: [bytes('50 0 32 0\n0 50 24 0\n0 0 1 0\n0 0 0 1\n\f1 0 0 0\n0 1 0 0\n0 0 1 3\n0 0 0 1\n')],
    parse: (bent) => {
      const [intrinsic = '', pose = ''] = text(bent).split('\f');
      return readScanNetFiles({ intrinsic, width: 64, height: 48, poses: [{ file: 'a.jpg', pose }] });
    },
  },
  subtitles: {
    seeds: [
      bytes('1\n00:00:01,000 --> 00:00:04,000\n{\\an8}first <i>line</i>\n\n2\n00:00:05,000 --> 00:00:06,000\nnext\n'),
      bytes('WEBVTT\n\nNOTE x\n\nid\n00:01.000 --> 00:04.000 align:start\n<v Roger>Hello &amp; bye\n'),
    ],
    parse: (bent) => parseSubtitles(decodeText(bent, 'windows-1252')),
  },
  safetensors: {
    seeds: [
      bytes({
        __metadata__: { format: 'pt' },
        'a.weight': { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] },
        b: { dtype: 'BF16', shape: [3], data_offsets: [16, 22] },
      }),
    ],
    parse: (bent) => parseHeader(bent, 8 + bent.length + 22, 'model.safetensors'),
  },
  'config.json of a model': {
    seeds: [file(root, 'models/starter/config.json')],
    parse: (bent) => familyOf(json(bent)).parseConfig(json(bent)),
  },
  "ffmpeg's words on a stream": {
    seeds: [
      bytes(
        "Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'file:a.mp4':\n  Duration: 00:00:08.00, start: 0.000000, bitrate: 210 kb/s\n  Stream #0:0[0x1](und): Video: h264 (High) (avc1 / 0x31637661), yuv420p(progressive), 640x360, 207 kb/s, 25 fps, 25 tbr, 12800 tbn (default)\n",
      ),
    ],
    parse: (bent) => parseStreamInfo(text(bent).split('\n')),
  },
  "ffmpeg's words on a frame": {
    seeds: [
      bytes(
        '[Parsed_showinfo_2 @ 0x5] n:   0 pts:      0 pts_time:0       duration: 512 fmt:yuv420p sar:1/1 s:640x360 i:P iskey:1 type:I ',
      ),
    ],
    parse: (bent) => parseShown(text(bent)),
  },
  'byte ranges': { seeds: [bytes('bytes=0-499'), bytes('bytes=-500')], parse: (bent) => byteRange(text(bent), 10_000) },
};
