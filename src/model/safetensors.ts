// SPDX-License-Identifier: Apache-2.0
/**
 * Reads checkpoints in safetensors: https://github.com/huggingface/safetensors (8 bytes little-endian header size, a
 * JSON header, then the tensors' bytes). Every number in the header is checked before it is used: the file is
 * untrusted.
 */

import { open, readFile, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { say, ZoetropeError, type Sentence } from '../contract';
import { bfloatToFloat, halfToFloat } from './half';

/** Position of a tensor in its file; `start` and `end` are offsets from the beginning of the file. */
export interface TensorPlace {
  dtype: string;
  shape: number[];
  start: number;
  end: number;
}

/**
 * Several times the longest header in use. The safetensors library allows four times as much, which would take
 * gigabytes of memory.
 */
const MAX_HEADER_BYTES = 25_000_000;
/** Most dimensions of a tensor: no library makes more. */
const MAX_DIMENSIONS = 8;
const BYTES: Record<string, number> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
};
const size = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(size).max(MAX_DIMENSIONS),
  data_offsets: z.tuple([size, size]),
});
const indexSchema = z.looseObject({ weight_map: z.record(z.string(), z.string()) });

function broken(message: Sentence, detail?: string): ZoetropeError {
  return new ZoetropeError('model-broken', message, say`Download the model again.`, detail);
}

/**
 * Checks a header against the file it came from.
 * @param json the header's bytes. @param fileBytes the whole file's length. @param file its name, for messages.
 * @returns every tensor's place, by name.
 * @throws ZoetropeError `model-broken`, naming the tensor.
 */
export function parseHeader(json: Uint8Array, fileBytes: number, file: string): Map<string, TensorPlace> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch (error) {
    throw broken(say`The header of ${file} is damaged.`, String(error));
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw broken(say`The header of ${file} is damaged.`, 'not an object');
  }
  const dataStart = 8 + json.length;
  const dataBytes = fileBytes - dataStart;
  const places = new Map<string, TensorPlace>();
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const entry = entrySchema.safeParse(value);
    if (!entry.success)
      throw broken(say`The description of the tensor "${name}" in ${file} is not valid.`, entry.error.message);
    const {
      dtype,
      shape,
      data_offsets: [from, to],
    } = entry.data;
    const unit = BYTES[dtype];
    if (unit === undefined) throw broken(say`The tensor "${name}" in ${file} has the unknown type ${dtype}.`);
    const bytes = shape.reduce((a, b) => a * b, unit);
    if (from > to || to > dataBytes) {
      throw broken(
        say`The tensor "${name}" lies outside ${file}: the file is cut short or damaged.`,
        `offsets ${from}-${to} of ${dataBytes}`,
      );
    }
    if (bytes !== to - from) {
      throw broken(
        say`The tensor "${name}" in ${file} has another size than its shape says.`,
        `${to - from} bytes, [${shape.join(', ')}] ${dtype}`,
      );
    }
    places.set(name, { dtype, shape, start: dataStart + from, end: dataStart + to });
  }
  // The format forbids overlaps; two names on the same bytes would hide a crafted file.
  const sorted = [...places].filter(([, p]) => p.end > p.start).sort((a, b) => a[1].start - b[1].start);
  for (let i = 1; i < sorted.length; i++) {
    const [before, here] = [sorted[i - 1]!, sorted[i]!];
    if (here[1].start < before[1].end)
      throw broken(say`The tensors "${before[0]}" and "${here[0]}" in ${file} overlap.`);
  }
  return places;
}

/** A checkpoint of one or several files, opened for reading. Close it. */
export class Checkpoint {
  private constructor(
    private readonly tensors: Map<string, { place: TensorPlace; file: FileHandle; name: string }>,
    private readonly files: FileHandle[],
  ) {}

  /**
   * @param path `model.safetensors`, or `model.safetensors.index.json` for several files.
   * @throws ZoetropeError `model-incomplete` for a missing shard, `model-broken` for a bad header.
   */
  static async open(path: string): Promise<Checkpoint> {
    const files: FileHandle[] = [];
    const tensors: Checkpoint['tensors'] = new Map();
    try {
      const names = path.endsWith('.json') ? await shardNames(path) : [basename(path)];
      for (const name of names) {
        const file = await openShard(join(dirname(path), name), name);
        files.push(file);
        for (const [tensor, place] of await readHeader(file, name)) tensors.set(tensor, { place, file, name });
      }
    } catch (error) {
      await Promise.all(files.map((file) => file.close()));
      throw error;
    }
    return new Checkpoint(tensors, files);
  }

  get names(): string[] {
    return [...this.tensors.keys()];
  }

  has(name: string): boolean {
    return this.tensors.has(name);
  }

  /**
   * Checks that a tensor is there, of a float type and of this shape.
   * @throws ZoetropeError `model-incomplete` or `model-broken`, naming the tensor.
   */
  expect(name: string, shape: readonly number[]): void {
    const tensor = this.tensors.get(name);
    if (!tensor)
      throw new ZoetropeError(
        'model-incomplete',
        say`The model's weights have no tensor "${name}".`,
        say`Download the model again.`,
      );
    const { place, name: file } = tensor;
    if (place.shape.length !== shape.length || place.shape.some((d, i) => d !== shape[i])) {
      throw broken(
        say`The tensor "${name}" in ${file} has the shape [${place.shape.join(', ')}], but config.json says [${shape.join(', ')}].`,
      );
    }
    if (!(place.dtype === 'F32' || place.dtype === 'F16' || place.dtype === 'BF16')) {
      throw broken(say`The tensor "${name}" in ${file} is of the type ${place.dtype}, which cannot be compiled.`);
    }
  }

  /**
   * A tensor's values as floats, in several arrays, so that memory stays small however large the tensor is.
   * @param chunkValues values per array; the last may be shorter.
   */
  async *read(name: string, shape: readonly number[], chunkValues = 1 << 20): AsyncGenerator<Float32Array> {
    this.expect(name, shape);
    const { place, file, name: fileName } = this.tensors.get(name)!;
    const unit = place.dtype === 'F32' ? 4 : 2;
    for (let at = place.start; at < place.end;) {
      const bytes = Buffer.alloc(Math.min(chunkValues * unit, place.end - at));
      let got = 0;
      while (got < bytes.length) {
        const { bytesRead } = await file.read(bytes, got, bytes.length - got, at + got).catch((error: unknown) => {
          throw broken(say`The tensor "${name}" in ${fileName} cannot be read.`, String(error));
        });
        if (bytesRead === 0) throw broken(say`The file ${fileName} ended inside the tensor "${name}".`);
        got += bytesRead;
      }
      at += got;
      // Usually Buffer.alloc of this size is not pooled, but a view must be aligned: copy it if it is not.
      const whole = bytes.byteOffset % 4 ? new Uint8Array(bytes) : bytes;
      if (unit === 4) yield new Float32Array(whole.buffer, whole.byteOffset, got / 4);
      else {
        const half = new Uint16Array(whole.buffer, whole.byteOffset, got / 2);
        yield place.dtype === 'F16' ? halfToFloat(half) : bfloatToFloat(half);
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.files.map((file) => file.close()));
  }
}

async function shardNames(path: string): Promise<string[]> {
  const file = basename(path);
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw broken(say`The model's file ${file} is damaged.`, String(error));
  }
  const index = indexSchema.safeParse(json);
  if (!index.success) throw broken(say`The model's file ${file} is damaged.`, index.error.message);
  const names = [...new Set(Object.values(index.data.weight_map))].sort();
  // A name that leads out of the folder would read another of the user's files.
  for (const name of names) {
    if (name !== basename(name) || !name.endsWith('.safetensors'))
      throw broken(say`The model's file ${file} names "${name}", which is no file of weights in the folder.`);
  }
  return names;
}

async function openShard(path: string, name: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw new ZoetropeError(
      'model-incomplete',
      say`The model has no file ${name}.`,
      say`Download the model again.`,
      String(error),
    );
  }
}

async function readHeader(file: FileHandle, name: string): Promise<Map<string, TensorPlace>> {
  const { size: fileBytes } = await file.stat();
  const prefix = Buffer.alloc(8);
  if (fileBytes < 8 || (await file.read(prefix, 0, 8, 0)).bytesRead < 8)
    throw broken(say`The file ${name} is too short to be a model's weights.`);
  const length = prefix.readBigUInt64LE();
  if (length > BigInt(MAX_HEADER_BYTES) || length > BigInt(fileBytes - 8)) {
    throw broken(say`The header of ${name} is larger than it can be.`, `${length} bytes`);
  }
  const json = Buffer.alloc(Number(length));
  const { bytesRead } = await file.read(json, 0, json.length, 8);
  if (bytesRead < json.length) throw broken(say`The file ${name} is cut short.`);
  return parseHeader(json, fileBytes, name);
}
