// SPDX-License-Identifier: Apache-2.0
/**
 * Writes an ONNX graph: nodes in memory, weights straight to the external data file, so that memory stays small
 * however large the model is. ONNX: https://onnx.ai/onnx/intro/ ; contrib operators (domain com.microsoft):
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */

import { createHash, type Hash } from 'node:crypto';
import { open, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import onnxProto from 'onnx-proto';

const { onnx } = onnxProto;

/** ONNX's numbers of the element types that the graphs use. */
export const FLOAT = 1;
export const UINT8 = 2;
export const INT8 = 3;
export const INT32 = 6;
export const INT64 = 7;

/** Bytes per value, for the types that weights have. */
const SIZES = { [FLOAT]: 4, [UINT8]: 1, [INT8]: 1 } as const;
export type WeightType = keyof typeof SIZES;
/** A weight's values in row-major order, in arrays of any length, of the array type that matches its element type. */
export type Chunks = AsyncIterable<ArrayBufferView> | Iterable<ArrayBufferView>;

/** A dimension: a number, or a name if it is variable. */
export type Dim = number | string;
/** `{ int }`, `{ float }` and `{ ints }` name the kind of attribute, which a JavaScript number does not. */
export type Attribute = { int: number } | { float: number } | { ints: number[] };
export type Attributes = Record<string, Attribute>;

/** Weights start on a memory page, so that ONNX Runtime can map the file instead of reading it. */
const PAGE = 4096;

export interface WrittenFile {
  name: string;
  bytes: number;
  sha256: string;
}

export class GraphWriter {
  /** Nodes of the graph, or of the branch that is being written. */
  private nodes: InstanceType<typeof onnx.NodeProto>[] = [];
  private readonly weights: InstanceType<typeof onnx.TensorProto>[] = [];
  private readonly inputs: InstanceType<typeof onnx.ValueInfoProto>[] = [];
  private readonly outputs: InstanceType<typeof onnx.ValueInfoProto>[] = [];
  private names = 0;
  private offset = 0;

  private constructor(
    private readonly dir: string,
    private readonly fileName: string,
    /** Absent when only the size is measured. */
    private readonly data: FileHandle | undefined,
    private readonly hash: Hash,
    private readonly onBytes: (bytes: number) => void,
  ) {}

  /**
   * @param fileName the graph's name, such as `embed_tokens.onnx`; weights go to `embed_tokens.onnx_data` beside it.
   * @param onBytes called with the size of every array of weights written.
   */
  static async create(dir: string, fileName: string, onBytes: (bytes: number) => void): Promise<GraphWriter> {
    const data = await open(join(dir, `${fileName}_data`), 'w');
    return new GraphWriter(dir, fileName, data, createHash('sha256'), onBytes);
  }

  /** A graph that is not written: its weights are never read, only their sizes are reported to `onBytes`. */
  static measure(onBytes: (bytes: number) => void): GraphWriter {
    return new GraphWriter('', '', undefined, createHash('sha256'), onBytes);
  }

  input(name: string, type: number, shape: Dim[]): string {
    this.inputs.push(valueInfo(name, type, shape));
    return name;
  }

  /** Declares the value `name`, made by a node, as an output of the graph. */
  output(name: string, type: number, shape: Dim[]): string {
    this.outputs.push(valueInfo(name, type, shape));
    return name;
  }

  /** Adds a node with one output, named `out` if given. An empty input name is an absent optional input. */
  node(op: string, inputs: string[], attributes: Attributes = {}, out = this.fresh(op)): string {
    this.add('', op, inputs, [out], attributes);
    return out;
  }

  /** A contrib operator of ONNX Runtime; pass the outputs' names, empty for outputs that are not needed. */
  contrib(op: string, inputs: string[], outputs: string[], attributes: Attributes = {}): void {
    this.add('com.microsoft', op, inputs, outputs, attributes);
  }

  /**
   * A float value that is computed by one of two branches, selected at every run by `condition`, a boolean. Weights and
   * constants belong to the whole graph; all other values of a branch are local to it.
   */
  async either(
    condition: string,
    yes: () => Promise<string>,
    no: () => Promise<string>,
    out = this.fresh('either'),
  ): Promise<string> {
    const outer = this.nodes;
    const branch = async (name: string, make: () => Promise<string>) => {
      this.nodes = [];
      const output = [valueInfo(await make(), FLOAT)];
      return onnx.AttributeProto.create({
        name,
        type: onnx.AttributeProto.AttributeType.GRAPH,
        g: { name: this.fresh(name), node: this.nodes, output },
      });
    };
    const attribute = [await branch('then_branch', yes), await branch('else_branch', no)];
    this.nodes = outer;
    this.nodes.push(
      onnx.NodeProto.create({
        name: this.fresh('node_If'),
        opType: 'If',
        input: [condition],
        output: [out],
        attribute,
      }),
    );
    return out;
  }

  /** A new value name. */
  fresh(hint: string): string {
    return `${hint}_${this.names++}`;
  }

  /** A small constant kept inside the graph; `[]` is the shape of a scalar. */
  constant(type: typeof INT64 | typeof INT32 | typeof FLOAT | typeof UINT8, shape: number[], values: number[]): string {
    const name = this.fresh('constant');
    const array =
      type === INT64
        ? new BigInt64Array(values.map(BigInt))
        : type === INT32
          ? new Int32Array(values)
          : type === UINT8
            ? new Uint8Array(values)
            : new Float32Array(values);
    const rawData = new Uint8Array(array.buffer);
    this.weights.push(onnx.TensorProto.create({ name, dataType: type, dims: shape, rawData }));
    return name;
  }

  /**
   * A weight, streamed to the data file.
   * @throws RangeError if the number of values does not match the shape.
   */
  async weight(name: string, type: WeightType, shape: number[], chunks: Chunks): Promise<string> {
    const expected = shape.reduce((a, b) => a * b, SIZES[type]);
    if (!this.data) {
      this.onBytes(expected);
      return name;
    }
    await this.write(this.data, Buffer.alloc((PAGE - (this.offset % PAGE)) % PAGE));
    const start = this.offset;
    for await (const chunk of chunks) {
      await this.write(this.data, Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      this.onBytes(chunk.byteLength);
    }
    const length = this.offset - start;
    if (length !== expected) throw new RangeError(`weight ${name}: ${length} bytes, not ${expected}`);
    this.weights.push(
      onnx.TensorProto.create({
        name,
        dataType: type,
        dims: shape,
        dataLocation: onnx.TensorProto.DataLocation.EXTERNAL,
        externalData: [
          { key: 'location', value: `${this.fileName}_data` },
          { key: 'offset', value: String(start) },
          { key: 'length', value: String(length) },
        ],
      }),
    );
    return name;
  }

  /** Writes the graph, flushes both files to the disk, and returns what was written. */
  async finish(): Promise<WrittenFile[]> {
    await this.data?.sync();
    await this.data?.close();
    const bytes = onnx.ModelProto.encode(
      onnx.ModelProto.create({
        irVersion: 10,
        producerName: 'zoetrope',
        opsetImport: [
          { domain: '', version: 20 },
          { domain: 'com.microsoft', version: 1 },
        ],
        graph: {
          name: this.fileName,
          node: this.nodes,
          initializer: this.weights,
          input: this.inputs,
          output: this.outputs,
        },
      }),
    ).finish();
    await writeFile(join(this.dir, this.fileName), bytes, { flush: true });
    return [
      { name: this.fileName, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') },
      { name: `${this.fileName}_data`, bytes: this.offset, sha256: this.hash.digest('hex') },
    ];
  }

  /** Closes the data file after a failure. */
  async abandon(): Promise<void> {
    await this.data?.close().catch(() => undefined);
  }

  private add(domain: string, opType: string, input: string[], output: string[], attributes: Attributes): void {
    const name = this.fresh(`node_${opType}`);
    const attribute = Object.entries(attributes).map(([key, value]) => attributeProto(key, value));
    this.nodes.push(onnx.NodeProto.create({ name, domain, opType, input, output, attribute }));
  }

  private async write(data: FileHandle, bytes: Buffer): Promise<void> {
    this.hash.update(bytes);
    for (let done = 0; done < bytes.length;) {
      done += (await data.write(bytes, done, bytes.length - done, this.offset + done)).bytesWritten;
    }
    this.offset += bytes.length;
  }
}

function attributeProto(name: string, value: Attribute) {
  const { AttributeType } = onnx.AttributeProto;
  if ('int' in value) return onnx.AttributeProto.create({ name, type: AttributeType.INT, i: value.int });
  if ('float' in value) return onnx.AttributeProto.create({ name, type: AttributeType.FLOAT, f: value.float });
  return onnx.AttributeProto.create({ name, type: AttributeType.INTS, ints: value.ints });
}

/** @param shape absent if it is left open. */
function valueInfo(name: string, elemType: number, shape?: Dim[]) {
  const dim = shape?.map((d) => (typeof d === 'number' ? { dimValue: d } : { dimParam: d }));
  return onnx.ValueInfoProto.create({ name, type: { tensorType: { elemType, ...(dim ? { shape: { dim } } : {}) } } });
}
