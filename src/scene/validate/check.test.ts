// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ZoetropeError } from '../../contract';
import { allowanceFor } from '../files/allowance';
import { checkBudget } from './budget';
import { dataUriBytes } from './data-uri';
import { missingFiles, namedFiles, readGlb } from './glb';
import { checkGlb } from './index';
import { corners, glb, triangle } from './made-glb';
import { pictureSize } from './picture-size';
import { findErrors } from './validation';

const SAMPLE = resolve(import.meta.dirname, '../../../resources/samples/scene.glb');

function refusal(run: () => unknown): ZoetropeError {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof ZoetropeError) return thrown;
    throw thrown;
  }
  throw new Error('was not refused');
}
const refuse = (file: ArrayBuffer) => refusal(() => checkGlb(file, 'chair.glb'));

describe('a sound file', () => {
  it('passes, and says what it costs', () => {
    const { cost, decoders } = checkGlb(glb(triangle, corners), 'chair.glb');
    expect(cost).toEqual({ bytes: 36, primitives: 1, draws: 1, textures: { edge: 16_384, smaller: false } });
    expect(decoders).toEqual({ draco: false, meshopt: false });
  });

  it('passes the validator too, as does the sample that comes with the app', async () => {
    expect(await findErrors(new Uint8Array(glb(triangle, corners)))).toEqual({ errors: [], noted: [] });
    const sample = new Uint8Array(readFileSync(SAMPLE));
    expect(checkGlb(sample.buffer.slice(0), 'scene.glb').cost.draws).toBeGreaterThan(0);
    expect(await findErrors(sample)).toEqual({ errors: [], noted: [] });
  });
});

describe('a container that lies', () => {
  const file = () => glb(triangle, corners);
  it.each<[string, ArrayBuffer, string, RegExp]>([
    ['empty', new ArrayBuffer(0), 'file-empty', /is empty/],
    ['too short for a header', file().slice(0, 11), 'not-a-scene', /not a glTF/],
    ['some other file', new Uint8Array(500).fill(7).buffer, 'not-a-scene', /not a glTF/],
    ['version 1', glb(triangle, corners, (v) => v.setUint32(4, 1, true)), 'not-a-scene', /version 1/],
    ['glTF 1 inside', glb({ asset: { version: '1.0' } }), 'not-a-scene', /glTF 1\.0/],
    ['cut off', file().slice(0, -20), 'not-a-scene', /stops short/],
    [
      'a chunk beyond the end',
      glb(triangle, corners, (v) => v.setUint32(12, 1e9, true)),
      'not-a-scene',
      /longer than the file/,
    ],
    ['binary first', glb(triangle, corners, (v) => v.setUint32(16, 0x004e4942, true)), 'not-a-scene', /does not begin/],
    ['broken JSON', glb('{"asset":'), 'not-a-scene', /damaged description/],
    ['not UTF-8', glb(triangle, corners, (v) => v.setUint8(25, 0xff)), 'not-a-scene', /damaged description/],
    ['JSON that is no object', glb('[]'), 'not-a-scene', /not a valid glTF/],
    [
      'less data than promised',
      glb({ ...triangle, buffers: [{ byteLength: 5000 }] }, corners),
      'not-a-scene',
      /promises more/,
    ],
    [
      'a negative count',
      glb({ ...triangle, accessors: [{ ...triangle.accessors[0], count: -3 }] }, corners),
      'not-a-scene',
      /not a valid/,
    ],
  ])('%s', (_, bytes, code, message) => {
    const error = refuse(bytes);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).toContain('chair.glb');
    expect(error.advice).not.toBe('');
  });

  it('is refused with our own error however it is cut or bent', () => {
    const whole = new Uint8Array(file());
    fc.assert(
      fc.property(
        fc.nat(whole.length),
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
        (length, bends) => {
          const bytes = whole.slice();
          for (const [at, value] of bends) bytes[at] = value;
          try {
            checkGlb(bytes.buffer.slice(0, length), 'chair.glb');
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(ZoetropeError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('is refused with our own error whatever JSON it holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(triangle)), (value, key) => {
        for (const json of [value, { ...triangle, [key]: value }, { ...triangle, [key]: [value] }]) {
          try {
            checkGlb(glb(json, corners), 'chair.glb');
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(ZoetropeError);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a file that asks for too much', () => {
  it('4.8 GB of vertices in under 1 KB', () => {
    const accessor = { componentType: 5126, count: 400_000_000, type: 'VEC3', min: [0, 0, 0], max: [1, 1, 1] };
    const file = glb({ ...triangle, accessors: [accessor], bufferViews: [], buffers: [] });
    expect(file.byteLength).toBeLessThan(1024);
    const error = refuse(file);
    expect(error.code).toBe('scene-too-large');
    expect(error.message).toMatch(/4\.8 GB/);
  });

  it('a picture of a few bytes that unpacks to gigabytes', () => {
    const png = new Uint8Array(24);
    png.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
    new DataView(png.buffer).setUint32(16, 60_000);
    new DataView(png.buffer).setUint32(20, 60_000);
    const file = glb(
      {
        ...triangle,
        bufferViews: [...triangle.bufferViews, { buffer: 0, byteOffset: 36, byteLength: 24 }],
        buffers: [{ byteLength: 60 }],
        images: [{ bufferView: 1, mimeType: 'image/png' }],
      },
      new Uint8Array([...corners, ...png]),
    );
    expect(refuse(file).code).toBe('scene-too-large');
  });

  it('packed vertices that unpack to gigabytes', () => {
    const view = {
      buffer: 0,
      byteLength: 36,
      extensions: { EXT_meshopt_compression: { buffer: 0, count: 2e8, byteStride: 16 } },
    };
    expect(refuse(glb({ ...triangle, bufferViews: [view] }, corners)).code).toBe('scene-too-large');
  });

  it('one mesh drawn a million times', () => {
    const nodes = Array.from({ length: 1000 }, () => ({ mesh: 0 }));
    const meshes = [{ primitives: Array.from({ length: 1000 }, () => ({ attributes: { POSITION: 0 } })) }];
    const file = glb({ ...triangle, nodes, meshes, scenes: [{ nodes: nodes.map((_, i) => i) }] }, corners);
    expect(refuse(file).message).toMatch(/thousand objects/);
  });

  it('counts every copy of an instanced mesh', () => {
    const extensions = { EXT_mesh_gpu_instancing: { attributes: { TRANSLATION: 1 } } };
    const accessors = [
      ...triangle.accessors,
      { componentType: 5120, count: 1_900_000, type: 'VEC3' },
      { componentType: 5121, count: 30, type: 'SCALAR' },
    ];
    const meshes = [{ primitives: [{ attributes: { POSITION: 0 }, indices: 2 }] }];
    const file = glb({ ...triangle, nodes: [{ mesh: 0, extensions }], accessors, meshes }, corners);
    expect(refuse(file).message).toMatch(/19 million triangles/);
  });

  it('parts that contain themselves', () => {
    const nodes = [{ children: [1] }, { children: [0], mesh: 0 }];
    expect(refuse(glb({ ...triangle, nodes }, corners)).message).toMatch(/inside itself.*\/nodes\/1\/children\/0/);
  });

  it('is held to the budget given', () => {
    const read = readGlb(glb(triangle, corners), 'chair.glb');
    expect(() => checkBudget(read, 'chair.glb', { ...allowanceFor(0), drawn: 36, primitives: 1 })).not.toThrow();
    expect(() => checkBudget(read, 'chair.glb', { ...allowanceFor(0), drawn: 35 })).toThrow(/memory/);
  });
});

describe('a file with nothing in it', () => {
  it('is known to draw nothing', () => {
    for (const json of [{ asset: { version: '2.0' } }, { ...triangle, scenes: [] }, { ...triangle, nodes: [{}] }]) {
      expect(checkGlb(glb(json, corners), 'chair.glb').cost.draws).toBe(0);
    }
  });
});

describe('a file that needs what is not there', () => {
  const beside = {
    ...triangle,
    buffers: [{ byteLength: 36, uri: 'chair.bin' }],
    images: [{ uri: 'textures/oak%20dark.png' }, { uri: 'data:,x' }],
  };

  it('names the files beside it, and takes them when they are there', () => {
    expect(namedFiles(glb(beside), 'chair.gltf')).toEqual({
      buffers: ['chair.bin'],
      pictures: ['textures/oak%20dark.png'],
    });
    expect(refuse(glb(beside)).code).toBe('scene-incomplete');
    const { glb: read, cost } = checkGlb(glb(beside), 'chair.gltf', new Map([['chair.bin', corners]]));
    expect(read.buffers[0]).toBe(corners);
    expect(read.pictures[0]).toBeNull();
    expect(cost).toMatchObject({ primitives: 1, bytes: 36 });
  });

  it('is checked as text as well', async () => {
    const text = new TextEncoder().encode(JSON.stringify(beside));
    const companions = new Map([['chair.bin', corners]]);
    expect(checkGlb(text.buffer, 'chair.gltf', companions).cost.primitives).toBe(1);
    const errors = (bin: Uint8Array) =>
      findErrors(
        new TextEncoder().encode(JSON.stringify({ ...beside, images: undefined })),
        new Map([['chair.bin', bin]]),
      );
    expect(await errors(corners)).toEqual({ errors: [], noted: [] });
    expect(
      (await errors(new Uint8Array(new Float32Array([0, NaN, 0, 1, 0, 0, 0, 1, 0]).buffer))).errors.join(),
    ).toMatch(/INVALID_FLOAT/);
  });

  it('lists no more names than can be read', () => {
    const { message } = missingFiles(
      'chair.gltf',
      Array.from({ length: 9 }, (_, i) => `${'x'.repeat(200)}${i}\u0007.png`),
    );
    expect(message).toMatch(/and \d more/);
    expect(message).not.toContain('\u0007');
    expect(message.length).toBeLessThan(600);
  });

  it('names the extensions it cannot read, with what to do', () => {
    const error = refuse(
      glb(
        {
          ...triangle,
          extensionsRequired: [
            'KHR_gaussian_splatting_compression_spz_2',
            'EXT_unheard_of',
            'KHR_texture_basisu',
            'KHR_gaussian_splatting',
          ],
        },
        corners,
      ),
    );
    expect(error.code).toBe('not-a-scene');
    expect(error.message).toMatch(/: KHR_gaussian_splatting_compression_spz_2, EXT_unheard_of\.$/);
    expect(error.advice).toMatch(/splat/);
  });

  it('knows which decoders to fetch', () => {
    const used = {
      ...triangle,
      extensionsUsed: ['KHR_draco_mesh_compression'],
      extensionsRequired: ['EXT_meshopt_compression'],
    };
    expect(checkGlb(glb(used, corners), 'chair.glb').decoders).toEqual({ draco: true, meshopt: true });
  });
});

describe('the validator', () => {
  it('finds what loaders let pass, and says where', async () => {
    const nan = new Uint8Array(new Float32Array([0, NaN, 0, 1, 0, 0, 0, 1, 0]).buffer);
    expect((await findErrors(new Uint8Array(glb(triangle, nan)))).errors.join()).toMatch(
      /\/accessors\/0.*ACCESSOR_INVALID_FLOAT/,
    );
    const far = { ...triangle, accessors: [{ ...triangle.accessors[0], count: 300 }] };
    expect((await findErrors(new Uint8Array(glb(far, corners)))).errors.join()).toMatch(/ACCESSOR_TOO_LONG/);
  });

  it('lets pass what changes no picture', async () => {
    const loose = { ...triangle, accessors: [{ ...triangle.accessors[0], max: [1, 0.999, 0] }] };
    expect((await findErrors(new Uint8Array(glb(loose, corners)))).errors).toEqual([]);
  });
});

describe('pictureSize', () => {
  const ascii = (text: string) => [...text].map((char) => char.charCodeAt(0));
  it('reads JPEG and the three kinds of WebP', () => {
    const jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 17, 8, 0x01, 0x02, 0x03, 0x04, 3];
    expect(pictureSize(new Uint8Array(jpeg))).toEqual({ width: 0x304, height: 0x102 });
    const webp = (kind: string, body: number[]) =>
      new Uint8Array([
        ...ascii('RIFF'),
        0,
        0,
        0,
        0,
        ...ascii('WEBP'),
        ...ascii(kind),
        0,
        0,
        0,
        0,
        ...body,
        ...new Uint8Array(12),
      ]);
    expect(pictureSize(webp('VP8X', [0, 0, 0, 0, 0xff, 0x0f, 0, 0x1f, 0, 0]))).toEqual({ width: 4096, height: 32 });
    expect(pictureSize(webp('VP8L', [0x2f, 0xff, 0xc0, 0x07, 0]))).toEqual({ width: 256, height: 32 });
    expect(pictureSize(webp('VP8 ', [0, 0, 0, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xf0, 0x00]))).toEqual({
      width: 320,
      height: 240,
    });
  });

  it('never reads past the end', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 64 }),
        fc.constantFrom<number[]>([], [0xff, 0xd8, 0xff], ascii('RIFF1234WEBPVP8X'), [0x89, ...ascii('PNG')]),
        (tail, head) => {
          const size = pictureSize(new Uint8Array([...head, ...tail]));
          expect(size === null || (size.width >= 0 && size.height >= 0)).toBe(true);
        },
      ),
    );
  });
});

describe('dataUriBytes', () => {
  it('decodes base64 and percent text, and nothing else', () => {
    expect(dataUriBytes('data:application/octet-stream;base64,AQID')).toEqual(new Uint8Array([1, 2, 3]));
    expect(dataUriBytes('data:,a%20b')).toEqual(new Uint8Array([97, 32, 98]));
    expect(dataUriBytes('chair.bin')).toBeNull();
    expect(dataUriBytes('data:;base64,%%%')).toBeNull();
  });
});
