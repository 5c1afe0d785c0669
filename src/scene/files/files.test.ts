// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { gzipSync, strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { mainFiles, ZoetropeError } from '../../contract';
import { gunzipWithin } from './gunzip';
import { byLastPart, resolveName } from './resolve';
import { unzip, ZIP_LIMITS } from './unzip';

function refusal(run: () => unknown): ZoetropeError {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof ZoetropeError) return thrown;
    throw thrown;
  }
  throw new Error('was not refused');
}

describe('resolveName', () => {
  const names = [
    'scene/chair.gltf',
    'scene/chair.bin',
    'textures/Oak Dark.png',
    'textures/deep/oak.png',
    'oak.png',
    'a/x.png',
    'b/x.png',
  ];
  it.each([
    ['chair.bin', 'scene/chair.bin'],
    ['./chair.bin', 'scene/chair.bin'],
    ['../textures/Oak%20Dark.png', 'textures/Oak Dark.png'],
    ['..\\textures\\oak dark.PNG', 'textures/Oak Dark.png'],
    ['C:\\Users\\me\\textures\\oak.png', 'oak.png'],
    ['/home/me/oak.png', 'oak.png'],
    ['../../../etc/oak.png', 'oak.png'],
    ['https://example.org/oak.png', 'oak.png'],
    ['x.png', 'a/x.png'],
    ['../../etc/passwd', null],
    ['chair.bin/..', null],
    ['', null],
  ])('%s', (uri, wanted) => expect(resolveName(uri, 'scene/chair.gltf', byLastPart(names))).toBe(wanted));

  it('only ever picks from what was opened', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (uri, from) =>
        [null, ...names].includes(resolveName(uri, from, byLastPart(names))),
      ),
    );
  });
});

describe('mainFiles', () => {
  it.each([
    [
      ['b/deep.glb', 'top.glb', 'top.obj', 'top.mtl', 'photo.png'],
      ['top.glb', 'b/deep.glb', 'top.obj'],
    ],
    [['images/a.jpg', 'sparse/0/cameras.bin', 'sparse/0/points3D.bin', 'dense.ply'], ['sparse/0/cameras.bin']],
    [['transforms_test.json', 'transforms_train.json', 'train/r_0.png'], ['transforms_train.json']],
    [['sparse/0/cameras.txt', 'sparse/0/cameras.bin'], ['sparse/0/cameras.bin']],
    [['letter.txt', 'photo.png'], []],
  ])('of %j', (names, wanted) => expect(mainFiles(names)).toEqual(wanted));
});

describe('unzip', () => {
  it('gives back what was packed, by its name', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,6}(\/[a-z]{1,6})?\.bin$/), fc.uint8Array({ maxLength: 3000 })),
        fc.constantFrom<0 | 6>(0, 6),
        (files, level) => {
          fc.pre(Object.keys(files).length > 0);
          const back = unzip(zipSync(files, { level }), 'a.zip');
          expect(Object.fromEntries([...back].map(([name, bytes]) => [name, [...bytes]]))).toEqual(
            Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, [...bytes]])),
          );
        },
      ),
    );
  });

  it.each([
    ['a way out', zipSync({ '../out.glb': new Uint8Array(3) }), /outside/],
    ['an absolute name', zipSync({ '/etc/out.glb': new Uint8Array(3) }), /outside/],
    ['a drive', zipSync({ 'C:\\out.glb': new Uint8Array(3) }), /outside/],
    ['no zip', strToU8('Dear all, this is no zip file'), /not a zip/],
    ['cut off', zipSync({ 'a.glb': new Uint8Array(3000) }, { level: 0 }).slice(0, 2000), /stops short/],
  ])('refuses %s', (_, file, message) => expect(refusal(() => unzip(file, 'a.zip')).message).toMatch(message));

  it('counts what really comes out', () => {
    const bomb = zipSync({ 'a.bin': new Uint8Array(140 * 2 ** 20) });
    expect(bomb.length).toBeLessThan(200_000);
    expect(refusal(() => unzip(bomb, 'a.zip')).code).toBe('scene-too-large');
    // The zip declares too small a size; the data itself is unchanged.
    const liar = zipSync({ 'a.bin': new Uint8Array(20_000) });
    new DataView(liar.buffer).setUint32(22, 5, true);
    expect(refusal(() => unzip(liar, 'a.zip', { ...ZIP_LIMITS, bytes: 10_000 })).code).toBe('scene-too-large');
    const many = zipSync(Object.fromEntries(Array.from({ length: 30 }, (_, k) => [`${k}.bin`, new Uint8Array(1)])));
    expect(refusal(() => unzip(many, 'a.zip', { ...ZIP_LIMITS, entries: 20 })).message).toMatch(/more than 20 files/);
  });

  it('is refused with our own error however it is bent', () => {
    const whole = zipSync({ 'a.obj': strToU8('v 0 0 0\n'.repeat(50)), 'b/c.mtl': new Uint8Array(40) });
    fc.assert(
      fc.property(
        fc.nat(whole.length),
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 5 }),
        (length, bends) => {
          const bytes = whole.slice();
          for (const [at, value] of bends) bytes[at] = value;
          try {
            unzip(bytes.subarray(0, length), 'a.zip');
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(ZoetropeError);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('gunzipWithin', () => {
  it('gives back what was packed, and no more than allowed', () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, k) => k % 7);
    expect(gunzipWithin(gzipSync(bytes), 200_000, 'a.spz')).toEqual(bytes);
    expect(refusal(() => gunzipWithin(gzipSync(bytes), 50_000, 'a.spz')).code).toBe('scene-too-large');
    expect(refusal(() => gunzipWithin(strToU8('no gzip at all, no'), 50_000, 'a.spz')).code).toBe('not-a-scene');
  });
});
