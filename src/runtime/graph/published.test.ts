// SPDX-License-Identifier: Apache-2.0
/**
 * Decoders as they are published (decoder_model_merged in fp32, fp16, int8, q4, q4f16; one of them with the branches of
 * older exports), written here with random weights: when reduced to the last position they give the same logits.
 */

import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../contract';
import { floatToHalf } from '../../model';
import { Decoder } from '../decoder';
import { openSession } from '../open-session';
import { prepareDecoder } from './decoder-graph';
import { onnx } from './graph-file';

const { FLOAT, FLOAT16, INT64, UINT8, INT8 } = onnx.TensorProto.DataType;
const { AttributeType } = onnx.AttributeProto;
const [HIDDEN, HEADS, WIDTH, VOCAB] = [64, 2, 32, 96];

type Format = 'fp32' | 'fp16' | 'int8' | 'q4' | 'q4f16';
type Attributes = Record<string, number | number[] | { g: InstanceType<typeof onnx.GraphProto> }>;

/** One layer of joined attention and an output head, in the layout and the operators of the published files. */
class Export {
  readonly nodes: InstanceType<typeof onnx.NodeProto>[] = [];
  readonly weights: InstanceType<typeof onnx.TensorProto>[] = [];
  private names = 0;
  private readonly random = seededRandom(7);

  constructor(private readonly format: Format) {}

  get float() {
    return this.format.endsWith('16') ? FLOAT16 : FLOAT;
  }

  op(
    opType: string,
    input: string[],
    attributes: Attributes = {},
    outputs: string[] | number = 1,
    domain = '',
  ): string {
    const output =
      typeof outputs === 'number' ? Array.from({ length: outputs }, () => `${opType}_${this.names++}`) : outputs;
    const attribute = Object.entries(attributes).map(([name, v]) =>
      Array.isArray(v)
        ? { name, type: AttributeType.INTS, ints: v }
        : typeof v === 'object'
          ? { name, type: AttributeType.GRAPH, g: v.g }
          : { name, type: AttributeType.INT, i: v },
    );
    this.nodes.push(onnx.NodeProto.create({ name: output[0]!, opType, domain, input, output, attribute }));
    return output[0]!;
  }

  constant(dataType: number, dims: number[], data: ArrayBufferView): string {
    const name = `weight_${this.names++}`;
    this.weights.push(
      onnx.TensorProto.create({
        name,
        dataType,
        dims,
        rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      }),
    );
    return name;
  }

  ints(...values: number[]): string {
    return this.constant(INT64, [values.length], BigInt64Array.from(values, BigInt));
  }

  floats(dims: number[], make = () => this.random() - 0.5): string {
    const values = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, make);
    return this.constant(this.float, dims, this.float === FLOAT16 ? floatToHalf(values) : values);
  }

  bytes(dataType: number, dims: number[]): string {
    return this.constant(
      dataType,
      dims,
      Uint8Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => this.random() * 256),
    );
  }

  /** x [batch, positions, inputs] times a matrix, as each file format does it. */
  linear(x: string, inputs: number, outputs: number, out: string[] | number = 1): string {
    if (this.format === 'int8') {
      const [codes, scale, zero] = ['codes', 'scale', 'zero'].map((n) => `${n}_${this.names++}`) as [
        string,
        string,
        string,
      ];
      this.op('DynamicQuantizeLinear', [x], {}, [codes, scale, zero]);
      const product = this.op('MatMulInteger', [codes, this.bytes(INT8, [inputs, outputs]), zero]);
      const both = this.op('Mul', [scale, this.constant(FLOAT, [1], Float32Array.of(0.002))]);
      return this.op('Mul', [this.op('Cast', [product], { to: FLOAT }), both], {}, out);
    }
    if (this.format.startsWith('q4')) {
      const blocks = inputs / 32;
      const scales = this.floats([outputs * blocks], () => 0.03);
      const matrix = this.bytes(UINT8, [outputs, blocks, 16]);
      return this.op(
        'MatMulNBits',
        [x, matrix, scales],
        { K: inputs, N: outputs, bits: 4, block_size: 32 },
        out,
        'com.microsoft',
      );
    }
    return this.op('MatMul', [x, this.floats([inputs, outputs])], {}, out);
  }

  heads(x: string): string {
    return this.op('Transpose', [this.op('Reshape', [x, this.ints(0, 0, HEADS, WIDTH)])], { perm: [0, 2, 1, 3] });
  }

  write(): void {
    const half = this.float === FLOAT16;
    const cast = (x: string, to: number) => (half ? this.op('Cast', [x], { to }) : x);
    const x = cast('inputs_embeds', FLOAT16);
    const project = () => this.heads(this.linear(x, HIDDEN, HIDDEN));
    const [query, key, value] = [project(), project(), project()];
    const keys = this.op('Concat', ['past_key_values.0.key', key], { axis: 2 }, ['present.0.key']);
    const values = this.op('Concat', ['past_key_values.0.value', value], { axis: 2 }, ['present.0.value']);
    const length = this.op('Squeeze', [
      this.op('Gather', [this.op('Shape', ['attention_mask']), this.ints(1)], { axis: 0 }),
    ]);
    const scalar = (n: number) => this.constant(INT64, [], BigInt64Array.of(BigInt(n)));
    const places = this.op('Range', [scalar(0), length, scalar(1)]);
    const seen = this.op('LessOrEqual', [
      this.op('Unsqueeze', [places, this.ints(0, 1, 2)]),
      this.op('Unsqueeze', ['position_ids', this.ints(1, 3)]),
    ]);
    const mask = this.op('Where', [seen, this.floats([1], () => 0), this.floats([1], () => -10000)]);
    const scores = this.op('MatMul', [query, this.op('Transpose', [keys], { perm: [0, 1, 3, 2] })]);
    const shares = this.op('Softmax', [this.op('Add', [scores, mask])], { axis: -1 });
    const joined = this.op('Reshape', [
      this.op('Transpose', [this.op('MatMul', [shares, values])], { perm: [0, 2, 1, 3] }),
      this.ints(0, 0, HIDDEN),
    ]);
    const hidden = this.op('Add', [x, this.linear(joined, HIDDEN, HIDDEN)]);
    if (half) this.op('Cast', [this.linear(hidden, HIDDEN, VOCAB)], { to: FLOAT }, ['logits']);
    else this.linear(hidden, HIDDEN, VOCAB, ['logits']);
  }
}

const info = (name: string, elemType: number, shape: (number | string)[]) =>
  onnx.ValueInfoProto.create({
    name,
    type: {
      tensorType: {
        elemType,
        shape: { dim: shape.map((d) => (typeof d === 'number' ? { dimValue: d } : { dimParam: d })) },
      },
    },
  });

/** @param kind where the weights are, and whether all is in the branches of `use_cache_branch`. */
async function published(dir: string, format: Format, kind: 'inside' | 'beside' | 'branches'): Promise<string> {
  const file = join(dir, `decoder_model_merged_${format}_${kind}.onnx`);
  const made = new Export(format);
  made.write();
  const cache = (length: string) => ['b', HEADS, length, WIDTH];
  const outputs = [
    info('logits', FLOAT, ['b', 's', VOCAB]),
    info('present.0.key', made.float, cache('t')),
    info('present.0.value', made.float, cache('t')),
  ];
  const inputs = [
    info('inputs_embeds', FLOAT, ['b', 's', HIDDEN]),
    info('attention_mask', INT64, ['b', 't']),
    info('position_ids', INT64, ['b', 's']),
    info('past_key_values.0.key', made.float, cache('p')),
    info('past_key_values.0.value', made.float, cache('p')),
  ];
  let { nodes } = made;
  const valueInfo = nodes
    .filter(({ opType }) => /Mat|Cast/.test(opType))
    .slice(-1)
    .map(({ output }) => info(output[0]!, FLOAT, ['b', 's', VOCAB]))
    .filter(({ name }) => name !== 'logits');
  if (kind === 'branches') {
    inputs.push(info('use_cache_branch', onnx.TensorProto.DataType.BOOL, [1]));
    const branch = (suffix: string) => {
      const rename = (names: string[]) =>
        names.map((name) => (nodes.some(({ output }) => output.includes(name)) ? name + suffix : name));
      return onnx.GraphProto.create({
        name: suffix,
        node: nodes.map((node) =>
          onnx.NodeProto.create({
            ...node,
            name: node.name + suffix,
            input: rename(node.input),
            output: rename(node.output),
          }),
        ),
        output: outputs.map((output) => ({ ...output, name: output.name + suffix })),
      });
    };
    nodes = [
      onnx.NodeProto.create({
        name: 'merged',
        opType: 'If',
        input: ['use_cache_branch'],
        output: outputs.map(({ name }) => name),
        attribute: [
          { name: 'then_branch', type: AttributeType.GRAPH, g: branch('/past') },
          { name: 'else_branch', type: AttributeType.GRAPH, g: branch('/first') },
        ],
      }),
    ];
  }
  if (kind === 'beside') {
    const data: Uint8Array[] = [];
    let offset = 0;
    for (const tensor of made.weights.filter(({ rawData }) => rawData.length > 1000)) {
      tensor.externalData = [
        ['location', `${basename(file)}_data`],
        ['offset', String(offset)],
        ['length', String(tensor.rawData.length)],
      ].map(([key, value]) => ({ key: key!, value: value! }));
      tensor.dataLocation = onnx.TensorProto.DataLocation.EXTERNAL;
      data.push(tensor.rawData);
      offset += tensor.rawData.length;
      tensor.rawData = new Uint8Array(0);
    }
    await writeFile(`${file}_data`, Buffer.concat(data));
  }
  const graph = onnx.GraphProto.create({
    name: 'decoder',
    node: nodes,
    initializer: made.weights,
    input: inputs,
    output: outputs,
    valueInfo,
  });
  const opsetImport = [
    { domain: '', version: 14 },
    { domain: 'com.microsoft', version: 1 },
  ];
  await writeFile(file, onnx.ModelProto.encode({ irVersion: 8, opsetImport, graph }).finish());
  return file;
}

let dir: string;
beforeAll(async () => void (dir = await mkdtemp(join(tmpdir(), 'zoetrope-published-'))));
afterAll(() => rm(dir, { recursive: true, force: true }));

const formats: Format[] = ['fp32', 'fp16', 'int8', 'q4', 'q4f16'];
const each = [
  ...formats.flatMap((format) =>
    (['inside', 'beside'] as const).map((kind) => ({ format, kind, runtime: 'native' as const })),
  ),
  { format: 'fp32' as const, kind: 'branches' as const, runtime: 'native' as const },
  { format: 'int8' as const, kind: 'branches' as const, runtime: 'node' as const },
  { format: 'q4' as const, kind: 'inside' as const, runtime: 'node' as const },
];

describe.each(each)(
  'a published decoder in $format, weights $kind, in the $runtime runtime',
  ({ format, kind, runtime }) => {
    it('gives the last position, with the logits of the whole', async () => {
      const path = await published(dir, format, kind);
      const before = [await stat(path), await readFile(path)] as const;
      const { prefill: cut } = await prepareDecoder(path, { layerByLayer: true, apart: true });
      expect(cut.bytes!.length).toBeLessThan(12_000); // its weights stayed in the original file
      const [whole, last] = [
        await openSession(path, { runtime, threads: 1 }),
        await openSession(cut, { runtime, threads: 1 }),
      ];
      expect(whole.outputs.find(({ name }) => name === 'logits')!.shape).toEqual(['b', 's', VOCAB]);
      expect(last.outputs.find(({ name }) => name === 'logits')!.shape).toEqual(['b', 1, VOCAB]);
      const random = seededRandom(3);
      const embeds = (positions: number) => Float32Array.from({ length: positions * HIDDEN }, () => random() - 0.5);
      const decoders = [
        await new Decoder(whole, HIDDEN, VOCAB, 64).prepare(),
        await new Decoder(last, HIDDEN, VOCAB, 64).prepare(),
      ] as const;
      const caches = decoders.map((decoder) => decoder.newCache());
      for (const positions of [9, 4, 1]) {
        const text = embeds(positions);
        const [a, b] = [await decoders[0].prefill(caches[0]!, text), await decoders[1].prefill(caches[1]!, text)];
        expect(b).toHaveLength(VOCAB);
        for (const [i, logit] of a.entries())
          expect(Math.abs(logit - b[i]!)).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(logit)));
      }
      for (const decoder of decoders) await decoder.dispose();
      expect((await stat(path)).mtimeMs).toBe(before[0].mtimeMs);
    });
  },
);
