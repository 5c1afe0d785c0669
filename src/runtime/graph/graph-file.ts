// SPDX-License-Identifier: Apache-2.0
/** A graph on disk, opened to be changed before it runs. Its weights stay where they are. */

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import onnxProto from 'onnx-proto';
import { yieldToEventLoop } from '../session';

export const { onnx } = onnxProto;
export type Graph = InstanceType<typeof onnx.GraphProto>;
export type Node = InstanceType<typeof onnx.NodeProto>;
export type Dims = InstanceType<typeof onnx.TensorShapeProto>['dim'];

/** A model file's graph, and the versions of the operator sets it is written in. */
export interface Model extends InstanceType<typeof onnx.ModelProto> {
  graph: Graph;
}

/** A graph to load: the file's own, or another whose weights lie beside that file. */
export interface GraphSource {
  path: string;
  /** The changed graph, in place of the file's. */
  bytes?: Uint8Array;
}

/** Weights inside the file from this size on are left there and only referred to. */
const REFERRED = 1024;

/**
 * Reads a graph without its weights: those inside the file become references into it.
 * @throws Error if it is no ONNX file.
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

/** The node that makes a value; undefined for inputs and weights. */
export function producer(graph: Graph, value: string): Node | undefined {
  return graph.node.find((node) => node.output?.includes(value)) as Node | undefined;
}
