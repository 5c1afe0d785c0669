// SPDX-License-Identifier: Apache-2.0
/** Reads a graph from disk so that it can be changed before it runs. Its weights stay in the file. */

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import onnxProto from 'onnx-proto';
import { yieldToEventLoop } from '../session';

export const { onnx } = onnxProto;
export type Graph = InstanceType<typeof onnx.GraphProto>;
export type Node = InstanceType<typeof onnx.NodeProto>;
export type Dims = InstanceType<typeof onnx.TensorShapeProto>['dim'];

/** The graph of a model file and its operator set versions. */
export interface Model extends InstanceType<typeof onnx.ModelProto> {
  graph: Graph;
}

/** A graph to load: the file itself, or a changed graph whose weights are stored beside that file. */
export interface GraphSource {
  path: string;
  /** The changed graph, used instead of the file's. */
  bytes?: Uint8Array;
}

/** Weights of at least this many bytes inside the file stay there and are referred to. */
const REFERRED = 1024;

/**
 * Reads a graph without its weights: weights inside the file become references to it.
 * @throws Error if it is not an ONNX file.
 */
export async function readGraph(path: string): Promise<Model> {
  const bytes = await readFile(path);
  const model = onnx.ModelProto.decode(bytes) as Model;
  const name = basename(path);
  for (const tensor of model.graph.initializer) {
    const { rawData } = tensor;
    if (!rawData || rawData.length < REFERRED) continue;
    tensor.externalData = [
      { key: 'location', value: name },
      { key: 'offset', value: String(rawData.byteOffset - bytes.byteOffset) },
      { key: 'length', value: String(rawData.length) },
    ];
    tensor.dataLocation = onnx.TensorProto.DataLocation.EXTERNAL;
    tensor.rawData = new Uint8Array(0);
  }
  await yieldToEventLoop();
  return model;
}

export function writeGraph(model: Model): Uint8Array {
  return onnx.ModelProto.encode(model).finish();
}

/** The node that outputs a value; undefined for inputs and weights. */
export function producer(graph: Graph, value: string): Node | undefined {
  return graph.node.find((node) => node.output?.includes(value)) as Node | undefined;
}
