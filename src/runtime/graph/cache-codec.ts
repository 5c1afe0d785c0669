// SPDX-License-Identifier: Apache-2.0
/**
 * Two small graphs that convert keys or values to 8 bits and back, off the event loop and outside JavaScript's memory.
 */

import { onnx } from './graph-file';

const { FLOAT, INT8, INT64 } = onnx.TensorProto.DataType;
const { AttributeType } = onnx.AttributeProto;

/**
 * `values` float [1, heads, any, width], of which the first `length` positions count -> `codes` int8 [1, heads, room,
 * width] and `scale` [1, heads, 1, width]: value = code x scale. Each channel is scaled by its own largest magnitude,
 * with headroom for later values. Codes after `length` are 0.
 */
export function narrowingGraph(): Uint8Array {
  // One head at a time: all at once would take as much memory again as the values.
  const head = body(
    [
      ['Slice', ['head', 'zero', 'length', 'zero'], 'seen'],
      ['ReduceMax', ['seen'], 'highest', { axes: [0] }],
      ['ReduceMin', ['seen'], 'lowest', { axes: [0] }],
      ['Neg', ['lowest'], 'depth'],
      ['Max', ['highest', 'depth', 'least'], 'largest'],
      ['Mul', ['largest', 'step'], 'head_scale'],
      ['Div', ['one', 'head_scale'], 'factor'],
      ['Mul', ['seen', 'factor'], 'scaled'],
      ['QuantizeLinear', ['scaled', 'one', 'zero_code'], 'some'],
      ['Pad', ['some', 'pads'], 'head_codes'],
    ],
    [['head', FLOAT, ['p', 'w']]],
    [
      ['head_codes', INT8, ['r', 'w']],
      ['head_scale', FLOAT, [1, 'w']],
    ],
  );
  return model(
    17, // the opset whose ReduceMax has its axes as an attribute
    [
      ['Squeeze', ['values', 'zero'], 'heads'],
      ...pads('two_zeros'),
      ['Scan', ['heads'], ['all_codes', 'all_scales'], { body: head, num_scan_inputs: 1 }],
      ['Unsqueeze', ['all_codes', 'zero'], 'codes'],
      ['Unsqueeze', ['all_scales', 'zero'], 'scale'],
    ],
    [
      ['values', FLOAT, ['b', 'h', 'p', 'w']],
      ['length', INT64, [1]],
      ['room', INT64, [1]],
    ],
    [
      ['codes', INT8, ['b', 'h', 'r', 'w']],
      ['scale', FLOAT, ['b', 'h', 1, 'w']],
    ],
  );
}

/** `codes` int8 [1, heads, any, width], of which the first `length` count, and `scale` [1, heads, 1, width] -> `values` float [1, heads, room, width]. */
export function wideningGraph(): Uint8Array {
  return model(
    21, // the opset whose DequantizeLinear has blocks
    [
      ['Slice', ['codes', 'zero', 'length', 'two'], 'some'],
      ...pads('six_zeros'),
      ['Pad', ['some', 'pads'], 'all'],
      // One block holds all positions, so that each channel has its own scale: a single pass over the floats, three
      // times as fast.
      ['DequantizeLinear', ['all', 'scale'], 'values', { axis: 2, block_size: 2 ** 30 }],
    ],
    [
      ['codes', INT8, ['b', 'h', 'p', 'w']],
      ['scale', FLOAT, ['b', 'h', 1, 'w']],
      ['length', INT64, [1]],
      ['room', INT64, [1]],
    ],
    [['values', FLOAT, ['b', 'h', 'r', 'w']]],
  );
}

/**
 * Factor by which a scale exceeds the prompt's largest magnitude. Tokens decoded later keep the prompt's scales, and
 * values beyond them are clipped. Clipping costs more accuracy than coarser steps: docs/precision.md has the figures.
 */
const HEADROOM = 2;

type Value = [name: string, elementType: number, shape: (string | number)[]];
type Op = [
  op: string,
  input: string[],
  output: string | string[],
  attributes?: Record<string, number | number[] | GraphProto>,
];
type GraphProto = InstanceType<typeof onnx.GraphProto>;

/**
 * Padding from `length` positions up to `room`.
 * @param before names zeros for the padding before each dimension, and after all but the last two.
 */
function pads(before: string): Op[] {
  return [
    ['Sub', ['room', 'length'], 'more'],
    ['Concat', [before, 'more', 'zero'], 'pads', { axis: 0 }],
  ];
}

function body(nodes: Op[], inputs: Value[], outputs: Value[]): GraphProto {
  const value = ([name, elemType, shape]: Value) =>
    onnx.ValueInfoProto.create({
      name,
      type: {
        tensorType: {
          elemType,
          shape: { dim: shape.map((d) => (typeof d === 'number' ? { dimValue: d } : { dimParam: d })) },
        },
      },
    });
  const attribute = ([name, to]: [string, number | number[] | GraphProto]) =>
    typeof to === 'number'
      ? { name, type: AttributeType.INT, i: to }
      : Array.isArray(to)
        ? { name, type: AttributeType.INTS, ints: to }
        : { name, type: AttributeType.GRAPH, g: to };
  return onnx.GraphProto.create({
    name: outputs[0]![0],
    node: nodes.map(([opType, input, output, attributes = {}]) =>
      onnx.NodeProto.create({
        opType,
        name: [output].flat()[0]!,
        input,
        output: [output].flat(),
        attribute: Object.entries(attributes).map(attribute),
      }),
    ),
    input: inputs.map(value),
    output: outputs.map(value),
  });
}

function model(opset: 17 | 21, nodes: Op[], inputs: Value[], outputs: Value[]): Uint8Array {
  const constant = (name: string, dataType: number, data: ArrayBufferView, dims: number[]) =>
    onnx.TensorProto.create({ name, dataType, dims, rawData: new Uint8Array(data.buffer) });
  const graph = onnx.GraphProto.create({
    ...body(nodes, inputs, outputs),
    name: 'cache',
    initializer: [
      constant('zero', INT64, BigInt64Array.of(0n), [1]),
      constant('two', INT64, BigInt64Array.of(2n), [1]),
      constant('two_zeros', INT64, new BigInt64Array(2), [2]),
      constant('six_zeros', INT64, new BigInt64Array(6), [6]),
      constant('zero_code', INT8, Int8Array.of(0), []),
      constant('one', FLOAT, Float32Array.of(1), []),
      constant('least', FLOAT, Float32Array.of(1e-20), []),
      constant('step', FLOAT, Float32Array.of(HEADROOM / 127), []),
    ],
  });
  return onnx.ModelProto.encode({ irVersion: 10, opsetImport: [{ domain: '', version: opset }], graph }).finish();
}
