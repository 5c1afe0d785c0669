// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZoetropeError } from '../contract';
import { Checkpoint, parseHeader } from './safetensors';

const encode = (header: unknown) =>
  new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));

/** A safetensors file in memory. */
function file(header: unknown, data: Uint8Array): Uint8Array {
  const json = encode(header);
  const out = new Uint8Array(8 + json.length + data.length);
  new DataView(out.buffer).setBigUint64(0, BigInt(json.length), true);
  out.set(json, 8);
  out.set(data, 8 + json.length);
  return out;
}

/** The error that is thrown, which must be a `ZoetropeError`. */
function errorOf(run: () => unknown): ZoetropeError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(ZoetropeError);
    return error as ZoetropeError;
  }
  throw new Error('nothing was thrown');
}

describe('a header', () => {
  const good = {
    a: { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] },
    b: { dtype: 'F16', shape: [3], data_offsets: [16, 22] },
  };
  const parse = (header: unknown, dataBytes = 22) => {
    const json = encode(header);
    return parseHeader(json, 8 + json.length + dataBytes, 'model.safetensors');
  };

  it('gives every tensor its place', () => {
    const start = 8 + encode({ ...good, __metadata__: { format: 'pt' } }).length;
    const places = parse({ ...good, __metadata__: { format: 'pt' } });
    expect([...places.keys()]).toEqual(['a', 'b']);
    expect(places.get('b')).toEqual({ dtype: 'F16', shape: [3], start: start + 16, end: start + 22 });
  });

  it.each([
    ['lies outside the file', { a: { dtype: 'F32', shape: [2, 2], data_offsets: [16, 32] } }, /"a" lies outside/],
    ['runs backwards', { a: { dtype: 'F32', shape: [0], data_offsets: [16, 8] } }, /"a" lies outside/],
    ['has another size than its shape', { a: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 16] } }, /"a".*size/],
    ['has a shape beyond numbers', { a: { dtype: 'F32', shape: [2 ** 40, 2 ** 40, 0], data_offsets: [0, 16] } }, /"a"/],
    ['has a negative dimension', { a: { dtype: 'F32', shape: [-2, -2], data_offsets: [0, 16] } }, /"a" .*is not valid/],
    ['has a broken offset', { a: { dtype: 'F32', shape: [4], data_offsets: [0.5, 16.5] } }, /"a" .*is not valid/],
    ['has no offsets', { a: { dtype: 'F32', shape: [4] } }, /"a" .*is not valid/],
    ['has an unknown type', { a: { dtype: 'F31', shape: [4], data_offsets: [0, 16] } }, /"a".*F31/],
    ['overlaps another', { ...good, c: { dtype: 'F16', shape: [4], data_offsets: [12, 20] } }, /"a" and "c".*overlap/],
  ])('is refused if a tensor %s', (_, header, message) => {
    const error = errorOf(() => parse(header));
    expect(error.code).toBe('model-broken');
    expect(error.message).toMatch(message);
  });

  it.each([['[]'], ['null'], ['{'], ['"x"'], ['']])('is refused if it is %s', (text) => {
    expect(errorOf(() => parse(text)).code).toBe('model-broken');
  });

  it('of any kind is read or refused, never trusted', () => {
    const number = fc.oneof(fc.integer({ min: -4, max: 64 }), fc.double(), fc.maxSafeInteger());
    const entry = fc.oneof(
      fc.record({
        dtype: fc.oneof(fc.constantFrom('F32', 'F16', 'BF16', 'I64', 'U8'), fc.string()),
        shape: fc.oneof(fc.array(number, { maxLength: 4 }), fc.anything()),
        data_offsets: fc.oneof(fc.tuple(number, number), fc.anything()),
      }),
      fc.jsonValue(),
    );
    const header = fc.oneof(fc.dictionary(fc.string(), entry), fc.jsonValue());
    fc.assert(
      fc.property(header, fc.nat(200), (value, dataBytes) => {
        const json = encode(JSON.stringify(value) ?? '');
        const whole = 8 + json.length + dataBytes;
        let places;
        try {
          places = parseHeader(json, whole, 'x');
        } catch (error) {
          expect(error).toBeInstanceOf(ZoetropeError);
          return;
        }
        for (const place of places.values()) {
          expect(place.start).toBeGreaterThanOrEqual(8 + json.length);
          expect(place.end).toBeLessThanOrEqual(whole);
          expect(place.start).toBeLessThanOrEqual(place.end);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('of random bytes is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          parseHeader(bytes, bytes.length + 100, 'x');
        } catch (error) {
          expect(error).toBeInstanceOf(ZoetropeError);
        }
      }),
    );
  });
});

describe('a checkpoint', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'zoetrope-safetensors-'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  const open = async (bytes: Uint8Array) => {
    const path = join(dir, 'model.safetensors');
    await writeFile(path, bytes);
    return Checkpoint.open(path);
  };

  it('gives floats of every float type, in pieces', async () => {
    const data = new Uint8Array(3 * 4 + 3 * 2 + 3 * 2);
    data.set(new Uint8Array(Float32Array.of(1, -2, 3.5).buffer), 0);
    data.set(new Uint8Array(Uint16Array.of(0x3c00, 0xc000, 0x4300).buffer), 12);
    data.set(new Uint8Array(Uint16Array.of(0x3f80, 0xc000, 0x4060).buffer), 18);
    const checkpoint = await open(
      file(
        {
          f32: { dtype: 'F32', shape: [3], data_offsets: [0, 12] },
          f16: { dtype: 'F16', shape: [3], data_offsets: [12, 18] },
          bf16: { dtype: 'BF16', shape: [3], data_offsets: [18, 24] },
        },
        data,
      ),
    );
    for (const name of checkpoint.names) {
      const pieces = [];
      for await (const piece of checkpoint.read(name, [3], 2)) pieces.push([...piece]);
      expect(pieces).toEqual([[1, -2], [3.5]]);
    }
    expect(() => checkpoint.expect('f32', [4])).toThrow(/"f32".*\[3\].*\[4\]/);
    expect(() => checkpoint.expect('other', [4])).toThrow(/no tensor "other"/);
    await checkpoint.close();
  });

  it.each([
    ['is empty', new Uint8Array(0)],
    ['is shorter than its header', file({}, new Uint8Array(0)).slice(0, 9)],
    ['claims a header beyond the file', Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 0)],
  ])('is refused if the file %s', async (_, bytes) => {
    await expect(open(bytes)).rejects.toMatchObject({ code: 'model-broken' });
  });

  it('of several files names the one that is missing, and stays inside its folder', async () => {
    const index = join(dir, 'model.safetensors.index.json');
    await writeFile(index, JSON.stringify({ weight_map: { a: 'model-00002-of-00002.safetensors' } }));
    await expect(Checkpoint.open(index)).rejects.toMatchObject({
      code: 'model-incomplete',
      message: expect.stringContaining('model-00002') as string,
    });
    await writeFile(index, JSON.stringify({ weight_map: { a: '../secret' } }));
    await expect(Checkpoint.open(index)).rejects.toMatchObject({ code: 'model-broken' });
  });
});
