// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { aligned } from './align';
import { readGlb } from './glb';
import { corners, glb, triangle } from './made-glb';
import { findErrors } from './validation';

describe('data that does not lie on multiples of 4 bytes', () => {
  const shifted = {
    ...triangle,
    bufferViews: [{ buffer: 0, byteOffset: 2, byteLength: 36 }],
    buffers: [{ byteLength: 38 }],
  };
  const cornersOf = (file: ArrayBuffer): Uint8Array => {
    const { gltf, buffers } = readGlb(file, 'chair.glb');
    const { byteOffset, byteLength } = gltf.bufferViews[0]!;
    return buffers[0]!.slice(byteOffset, byteOffset + byteLength);
  };

  it('is moved there, byte for byte, and then nothing is wrong with the file', async () => {
    const file = glb(shifted, Uint8Array.from([7, 7, ...corners]));
    expect((await findErrors(new Uint8Array(file))).errors[0]).toMatch(/ALIGNMENT/);
    const moved = aligned(readGlb(file, 'chair.glb'), 'chair.glb')!;
    expect(await findErrors(new Uint8Array(moved))).toEqual({ errors: [], noted: [] });
    expect(cornersOf(moved)).toEqual(corners);
  });

  it('is moved where a chunk is not filled up to one, with or without the bytes that fill it', () => {
    const text = JSON.stringify({ ...triangle, asset: { version: '2.0', generator: 'xyz' } });
    expect(text.length % 4).toBe(2);
    const padded = glb(text, corners, (view) => view.setUint32(12, text.length, true));
    const tight = new Uint8Array(padded.byteLength - 2);
    tight.set(new Uint8Array(padded, 0, 20 + text.length));
    tight.set(new Uint8Array(padded, 22 + text.length), 20 + text.length);
    new DataView(tight.buffer).setUint32(8, tight.byteLength, true);
    for (const file of [padded, tight.buffer]) {
      const moved = aligned(readGlb(file, 'chair.glb'), 'chair.glb')!;
      expect(cornersOf(moved)).toEqual(corners);
    }
  });

  it('is left alone in a sound file, and where overlapping views would make many times as much of it', () => {
    expect(aligned(readGlb(glb(triangle, corners), 'chair.glb'), 'chair.glb')).toBeNull();
    const many = Array.from({ length: 50 }, () => ({ buffer: 0, byteOffset: 2, byteLength: 36 }));
    const file = glb({ ...shifted, bufferViews: many }, Uint8Array.from([7, 7, ...corners]));
    expect(aligned(readGlb(file, 'chair.glb'), 'chair.glb')).toBeNull();
  });
});
