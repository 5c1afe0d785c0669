// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import onnxProto from 'onnx-proto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileModel } from '../../model';
import { Decoder } from '../decoder';
import { openNodeSession } from '../node/session';
import type { OnnxSession } from '../session';
import { checkVersion, libraryFile, loadOrt } from './library';
import { openNativeSession } from './session';

const { onnx } = onnxProto;
const { FLOAT, INT64 } = onnx.TensorProto.DataType;
type Shape = (number | string)[];

let dir: string;
beforeAll(async () => void (dir = await mkdtemp(join(tmpdir(), 'zoetrope-native-'))));
afterAll(() => rm(dir, { recursive: true, force: true }));

const value = (name: string, elemType: number, shape: Shape) =>
  onnx.ValueInfoProto.create({
    name,
    type: {
      tensorType: {
        elemType,
        shape: { dim: shape.map((d) => (typeof d === 'number' ? { dimValue: d } : { dimParam: d })) },
      },
    },
  });

async function write(
  name: string,
  nodes: [op: string, input: string[], output: string, axis?: number][],
  inputs: Record<string, [number, Shape]>,
  outputs: Record<string, [number, Shape]>,
): Promise<string> {
  const bytes = onnx.ModelProto.encode(
    onnx.ModelProto.create({
      irVersion: 8,
      opsetImport: [{ domain: '', version: 17 }],
      graph: {
        name,
        node: nodes.map(([opType, input, output, axis]) =>
          onnx.NodeProto.create({
            opType,
            input,
            output: [output],
            attribute:
              axis === undefined
                ? []
                : [onnx.AttributeProto.create({ name: 'axis', type: onnx.AttributeProto.AttributeType.INT, i: axis })],
          }),
        ),
        initializer: [
          onnx.TensorProto.create({
            name: 'one',
            dataType: INT64,
            dims: [1],
            rawData: new Uint8Array(BigInt64Array.of(1n).buffer),
          }),
        ],
        input: Object.entries(inputs).map(([n, [type, shape]]) => value(n, type, shape)),
        output: Object.entries(outputs).map(([n, [type, shape]]) => value(n, type, shape)),
      },
    }),
  ).finish();
  const path = join(dir, `${name}.onnx`);
  await writeFile(path, bytes);
  return path;
}

/**
 * The published layout, where present is the concatenation of past and new. Logits: the embeddings summed over all
 * positions.
 */
const joining = () =>
  write(
    'joining',
    [
      ['Unsqueeze', ['inputs_embeds', 'one'], 'new'],
      ['Concat', ['past_key_values.0.key', 'new'], 'present.0.key', 2],
      ['ReduceSum', ['present.0.key', 'two'], 'heads'],
      ['Squeeze', ['heads', 'one'], 'logits'],
      ['Add', ['one', 'one'], 'two'],
    ].sort((a, b) => Number(b[0] === 'Add') - Number(a[0] === 'Add')) as [string, string[], string, number?][],
    {
      inputs_embeds: [FLOAT, ['b', 's', 2]],
      attention_mask: [INT64, ['b', 't']],
      'past_key_values.0.key': [FLOAT, ['b', 1, 'p', 2]],
    },
    { logits: [FLOAT, ['b', 1, 2]], 'present.0.key': [FLOAT, ['b', 1, 't', 2]] },
  );

/** Many products in a row: a run takes a few hundred milliseconds. */
const slow = () =>
  write(
    'slow',
    Array.from(
      { length: 120 },
      (_, i) => ['MatMul', [i === 0 ? 'x' : `x${i}`, 'x'], i === 119 ? 'y' : `x${i + 1}`] as [string, string[], string],
    ),
    { x: [FLOAT, ['n', 'n']] },
    { y: [FLOAT, ['n', 'n']] },
  );

const open = async (path: string) => openNativeSession(loadOrt(), { path }, { threads: 1 });

describe('the library', () => {
  it('is found beside onnxruntime-node, on every platform, packed or not', () => {
    const entry = join(sep, 'app', 'node_modules', 'onnxruntime-node', 'dist', 'index.js');
    const at = (...parts: string[]) => join(sep, 'app', 'node_modules', 'onnxruntime-node', 'bin', 'napi-v6', ...parts);
    expect(libraryFile(entry, 'linux', 'x64')).toBe(at('linux', 'x64', 'libonnxruntime.so.1'));
    expect(libraryFile(entry, 'darwin', 'arm64')).toBe(at('darwin', 'arm64', 'libonnxruntime.1.dylib'));
    expect(libraryFile(entry, 'win32', 'x64')).toBe(at('win32', 'x64', 'onnxruntime.dll'));
    const packed = join(sep, 'z', 'resources', 'app.asar', 'node_modules', 'onnxruntime-node', 'dist', 'index.js');
    expect(libraryFile(packed, 'linux', 'arm64')).toContain(
      join(sep, 'z', 'resources', 'app.asar.unpacked', 'node_modules'),
    );
    expect(() => libraryFile(entry, 'freebsd', 'x64')).toThrow('freebsd');
    expect(() => libraryFile(entry, 'linux', 'riscv64')).toThrow('riscv64');
  });

  it('is refused in a version that it was not checked with', () => {
    checkVersion('1.30.0');
    for (const version of ['1.29.0', '1.31.0', '2.30.0', '']) expect(() => checkVersion(version)).toThrow('version');
    checkVersion(loadOrt().version);
  });
});

describe('a native run', () => {
  it('leaves the event loop free, stops when told, and the session goes on', async () => {
    const session = await open(await slow());
    const n = 320;
    const x = { type: 'float32' as const, shape: [n, n], data: new Float32Array(n * n).fill(1 / n) };
    let turns = 0;
    const clock = setInterval(() => turns++, 2);
    const began = performance.now();
    const { y } = await session.run({ x });
    const whole = performance.now() - began;
    clearInterval(clock);
    expect(turns).toBeGreaterThan(3);
    expect((y!.data as Float32Array)[7]).toBeCloseTo(1 / n, 4);

    const abort = new AbortController();
    const stopped = session.run({ x }, { signal: abort.signal });
    setTimeout(() => abort.abort(), whole / 10);
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' }); // a finished run would return its result
    expect((await session.run({ x })).y).toEqual(y);
    await session.dispose();
  });

  it('is waited for when the session is closed, and none begins after', async () => {
    const session = await open(await slow());
    const x = { type: 'float32' as const, shape: [64, 64], data: new Float32Array(64 * 64) };
    const running = session.run({ x });
    await session.dispose();
    await expect(running).resolves.toHaveProperty('y');
    await expect(session.run({ x })).rejects.toMatchObject({ code: 'model-broken' });
  });

  it('refuses data that do not fit the shape, and inputs of another type', async () => {
    const session = await open(await slow());
    await expect(
      session.run({ x: { type: 'float32', shape: [2, 2], data: new Float32Array(3) } }),
    ).rejects.toMatchObject({ code: 'model-broken' });
    await expect(
      session.run({ x: { type: 'int64', shape: [1, 1], data: BigInt64Array.of(1n) } }),
    ).rejects.toMatchObject({ code: 'model-broken' });
    await expect(
      session.run({ x: { type: 'float32', shape: [1, 1], data: new Float32Array(1) } }, { wanted: ['z'] }),
    ).rejects.toMatchObject({ code: 'model-broken' });
    expect(() => session.hold('float32', [2 ** 28, 2 ** 28])).toThrow(
      expect.objectContaining({ code: 'out-of-memory' }) as Error,
    );
    await session.dispose();
  });
});

const sessions = [
  { name: 'native', opens: open },
  { name: 'node', opens: (path: string) => openNodeSession({ path }, { threads: 1 }) },
];
describe.each(sessions)('values held by the $name runtime', ({ opens }) => {
  const embeds = (...rows: number[]) => Float32Array.from(rows.flatMap((row) => [row, 10 * row]));

  it('carry a past that is joined, not written in place, with nothing but logits copied', async () => {
    const session = await opens(await joining());
    const decoder = await new Decoder(session, 2, 2, 100).prepare();
    const cache = decoder.newCache();
    expect([...(await decoder.prefill(cache, embeds(1, 2, 3), { chunk: 2 }))]).toEqual([6, 60]);
    expect([...(await decoder.step(cache, embeds(4)))]).toEqual([10, 100]);
    expect(cache.bytes).toBe(4 * 2 * 4); // no spare room
    cache.truncate(2);
    expect([...(await decoder.step(cache, embeds(7)))]).toEqual([10, 100]);
    expect(cache.length).toBe(3);
    await expect(decoder.step(cache, embeds(1), AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    expect([...(await decoder.step(cache, embeds(1)))]).toEqual([11, 110]);
    cache.dispose();
    await session.dispose();
  });

  it('are cut and extended head by head', async () => {
    const session = await opens(await joining());
    const filled = session.hold('float32');
    const past = { type: 'float32' as const, shape: [1, 1, 0, 2], data: new Float32Array(0) };
    const mask = { type: 'int64' as const, shape: [1, 1], data: BigInt64Array.of(1n) };
    const run = (shape: number[], data: number[]) =>
      session.run(
        {
          inputs_embeds: { type: 'float32', shape, data: Float32Array.from(data) },
          attention_mask: mask,
          'past_key_values.0.key': { ...past, shape: [shape[0]!, 1, 0, 2] },
        },
        { wanted: [], into: { 'present.0.key': filled } },
      );
    await run([2, 3, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(filled.shape).toEqual([2, 1, 3, 2]);
    const cut = await session.resized(filled, 2);
    expect([...(await cut.read())]).toEqual([1, 2, 3, 4, 7, 8, 9, 10]);
    const long = await session.resized(cut, 4);
    expect(long.shape).toEqual([2, 1, 4, 2]);
    const all = await long.read();
    expect([...all.slice(0, 4), ...all.slice(8, 12)]).toEqual([1, 2, 3, 4, 7, 8, 9, 10]);
    expect([...(await long.read(8, 10))]).toEqual([7, 8]);
    for (const held of [filled, cut, long]) held.dispose();
    await session.dispose();
  });
});

it("our own compiler's graph is written in place, and grows", async () => {
  const folder = await compileModel(join(import.meta.dirname, '../../model/golden/gqa'), join(dir, 'gqa'), {
    precision: 'fp32',
  });
  const file = folder.graphs.decoder_model_merged.fp32!.path;
  const make = async (session: OnnxSession) =>
    new Decoder(session, folder.hiddenSize, folder.vocabSize, folder.contextLength).prepare();
  const decoder = await make(await open(file));
  const joined = await make(await openNodeSession({ path: file }, { threads: 1 }));
  const { kvHeads, headDim, layers } = folder.config.text;
  const position = 2 * layers * kvHeads * headDim * 4;
  const embeds = Float32Array.from({ length: 320 * folder.hiddenSize }, (_, i) => ((i * 7919) % 2003) / 1001.5 - 1);
  const to = (n: number) => embeds.subarray(0, n * folder.hiddenSize);
  const far = 320;
  const cache = decoder.newCache();
  await cache.prepare(1); // before a prefill makes room for an answer
  await decoder.prefill(cache, to(3));
  expect(cache.bytes).toBe(256 * position);
  await decoder.prefill(cache, embeds.subarray(3 * folder.hiddenSize, far * folder.hiddenSize), { chunk: 50 });
  expect(cache.bytes).toBe(768 * position);
  const grown = await decoder.step(cache, to(1));
  const other = joined.newCache();
  await joined.prefill(other, to(far), { chunk: 50 });
  expect(other.bytes).toBe(far * position);
  const expected = await joined.step(other, to(1));
  for (const [i, logit] of grown.entries()) expect(logit).toBeCloseTo(expected[i]!, 4);
  cache.dispose();
  other.dispose();
});
