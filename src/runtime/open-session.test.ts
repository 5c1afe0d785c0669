// SPDX-License-Identifier: Apache-2.0
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import onnxProto from 'onnx-proto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileModel, floatToHalf, halfToFloat, type ModelFolder } from '../model';
import { loadModel, type LoadOptions } from './load';
import { openSession } from './open-session';
import type { Tensor } from './session';

const { onnx } = onnxProto;
const { FLOAT, INT64, FLOAT16 } = onnx.TensorProto.DataType;
let dir: string;
let folder: ModelFolder;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zoetrope-session-'));
  folder = await compileModel(join(import.meta.dirname, '../model/golden/mha'), join(dir, 'model'), {
    precision: 'fp32',
  });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** A graph of one node, y = op(x). */
async function oneNode(op: string, elemType: number, shape: (number | string)[], outType = elemType): Promise<string> {
  const dim = shape.map((d) => (typeof d === 'number' ? { dimValue: d } : { dimParam: d }));
  const type = { tensorType: { elemType, shape: { dim } } };
  const bytes = onnx.ModelProto.encode(
    onnx.ModelProto.create({
      irVersion: 8,
      opsetImport: [{ domain: '', version: 17 }],
      graph: {
        name: 'one',
        node: [onnx.NodeProto.create({ opType: op, input: ['x'], output: ['y'] })],
        input: [{ name: 'x', type }],
        output: [{ name: 'y', type: { tensorType: { elemType: outType } } }],
      },
    }),
  ).finish();
  const path = join(dir, `${op}.onnx`);
  await writeFile(path, bytes);
  return path;
}

const runtimes = ['native', 'node'] as const;

describe.each(runtimes)('a session of the %s runtime', (runtime) => {
  const open = (path: string) => openSession(path, { runtime });

  it('knows its inputs and outputs', async () => {
    const session = await open(folder.graphs.decoder_model_merged.fp32!.path);
    expect(session.inputs.map((i) => i.name)).toEqual([
      'inputs_embeds',
      'attention_mask',
      'position_ids',
      'past_key_values.0.key',
      'past_key_values.0.value',
      'past_key_values.1.key',
      'past_key_values.1.value',
    ]);
    expect(session.inputs[3]).toEqual({
      name: 'past_key_values.0.key',
      type: 'float32',
      shape: ['batch', 3, 'past', 16],
    });
    expect(session.outputs.find((o) => o.name === 'logits')).toEqual({
      name: 'logits',
      type: 'float32',
      shape: ['batch', 1, 200],
    });
    await session.dispose();
    await session.dispose(); // disposing twice is harmless
  });

  it('takes and gives half floats as bit patterns', async () => {
    const session = await open(await oneNode('Neg', FLOAT16, ['n']));
    expect(session.inputs[0]?.type).toBe('float16');
    const { y } = await session.run({
      x: { type: 'float16', shape: [2], data: floatToHalf(Float32Array.of(1.5, -3)) },
    });
    expect(y?.type).toBe('float16');
    expect([...halfToFloat(y!.data as Uint16Array)]).toEqual([-1.5, 3]);
    await session.dispose();
  });

  it('says out of memory when there is too little', async () => {
    const session = await open(await oneNode('ConstantOfShape', INT64, [2], FLOAT));
    // 2^58 bytes: no machine has them
    const run = session.run({ x: { type: 'int64', shape: [2], data: BigInt64Array.of(2n ** 28n, 2n ** 28n) } });
    await expect(run).rejects.toMatchObject({ code: 'out-of-memory' });
    await session.dispose();
  });

  it('does not start when it was stopped before', async () => {
    const session = await open(await oneNode('Neg', FLOAT, ['n']));
    const x: Tensor = { type: 'float32', shape: [1], data: Float32Array.of(1) };
    await expect(session.run({ x }, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    await expect(session.run({})).rejects.toMatchObject({ code: 'model-broken' });
    await expect(session.run({ x: { ...x, shape: [1, 1, 1] } })).rejects.toMatchObject({ code: 'model-broken' });
    await session.dispose();
  });
});

describe.each(runtimes)('a damaged model in the %s runtime', (runtime) => {
  const open = (path: string) => openSession(path, { runtime });

  const copy = async (name: string) => {
    const to = join(dir, `${name}-${runtime}`);
    await cp(folder.dir, to, { recursive: true });
    return join(to, 'onnx/decoder_model_merged.onnx');
  };

  it('is named by the file whose weights are missing', async () => {
    const path = await copy('no-weights');
    await rm(`${path}_data`);
    await expect(open(path)).rejects.toMatchObject({
      code: 'model-incomplete',
      message: expect.stringContaining('decoder_model_merged.onnx') as string,
    });
  });

  it('is named by the file whose weights are cut short', async () => {
    const path = await copy('short-weights');
    await truncate(`${path}_data`, 5000);
    await expect(open(path)).rejects.toMatchObject({
      code: 'model-incomplete',
      message: expect.stringContaining('decoder_model_merged.onnx') as string,
    });
  });

  it('is named by the graph that is no graph', async () => {
    const path = await copy('no-graph');
    await writeFile(path, (await readFile(path)).subarray(0, 700));
    await expect(open(path)).rejects.toMatchObject({
      code: 'model-broken',
      message: expect.stringContaining('decoder_model_merged.onnx') as string,
    });
  });
});

describe('loading', () => {
  it('tells progress, takes a provider list, and falls back to the formats there are', async () => {
    const events: number[] = [];
    const model = await loadModel(folder, {
      precision: 'q4',
      device: 'cpu',
      threads: 1,
      onProgress: (p) => events.push(p.done / p.total),
    });
    expect(model.precisions).toEqual({ vision_encoder: 'fp32', embed_tokens: 'fp32', decoder_model_merged: 'fp32' });
    expect(events[0]).toBe(0);
    expect(events.at(-1)).toBe(1);
    await expect(model.vision.encode(new Float32Array(3))).rejects.toMatchObject({ code: 'bad-request' });
    await model.dispose();
  });

  it('takes the format that is best on a processor, unless asked for another', async () => {
    const several = await compileModel(join(import.meta.dirname, '../model/golden/mha'), join(dir, 'several'), {
      precision: 'fp32',
    });
    const folder = await compileModel(join(import.meta.dirname, '../model/golden/mha'), several.dir, {
      precision: 'w8a8',
    });
    const precisions = async (options: LoadOptions) => {
      const model = await loadModel(folder, options);
      await model.dispose();
      return model.precisions;
    };
    expect(await precisions({})).toEqual({
      vision_encoder: 'w8a8',
      embed_tokens: 'w8a8',
      decoder_model_merged: 'w8a8',
    });
    expect(await precisions({ precision: { vision_encoder: 'fp32' } })).toEqual({
      vision_encoder: 'fp32',
      embed_tokens: 'w8a8',
      decoder_model_merged: 'w8a8',
    });
  });

  it('can be stopped', async () => {
    await expect(loadModel(folder, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  });
});
