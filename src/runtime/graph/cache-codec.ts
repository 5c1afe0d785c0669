/** Two small graphs that turn keys or values into 8 bits and back, off the event loop and without JavaScript's memory. */

import { onnx } from './graph-file';

const { FLOAT, INT8, INT64 } = onnx.TensorProto.DataType;
const { AttributeType } = onnx.AttributeProto;

/**
 * `values` float [1, heads, any, width], of which the first `length` count -> `codes` int8 [1, heads, room, width] and
 * `scale` [1, heads, 1, width]: value = code x scale, each channel by its own largest magnitude, with room for later
 * ones. Codes after `length` are 0.
 */
export function narrowingGraph(): Uint8Array {
  return model(
    17, // whose ReduceMax has its axes as an attribute
    [
      ['Slice', ['values', 'zero', 'length', 'two'], 'seen'],
      ['ReduceMax', ['seen'], 'highest', { axes: [2] }],
      ['ReduceMin', ['seen'], 'lowest', { axes: [2] }],
      ['Neg', ['lowest'], 'depth'],
      ['Max', ['highest', 'depth', 'least'], 'largest'],
      ['Mul', ['largest', 'step'], 'scale'],
      ['Div', ['one', 'scale'], 'factor'],
      ['Mul', ['seen', 'factor'], 'scaled'],
      ['QuantizeLinear', ['scaled', 'one', 'zero_code'], 'some'],
      ...padded('some', 'codes'),
    ],
    [['values', FLOAT, ['b', 'h', 'p', 'w']], ['length', INT64, [1]], ['room', INT64, [1]]],
    [['codes', INT8, ['b', 'h', 'r', 'w']], ['scale', FLOAT, ['b', 'h', 1, 'w']]],
  );
}

/** `codes` int8 [1, heads, any, width], of which the first `length` count, and `scale` [1, heads, 1, width] -> `values` float [1, heads, room, width]. */
export function wideningGraph(): Uint8Array {
  return model(
    21, // whose DequantizeLinear has blocks
    [
      ['Slice', ['codes', 'zero', 'length', 'two'], 'some'],
      ...padded('some', 'all'),
      // One block holds all positions, so that each channel has its own scale: one pass over the floats, three times as fast.
      ['DequantizeLinear', ['all', 'scale'], 'values', { axis: 2, block_size: 2 ** 30 }],
    ],
    [['codes', INT8, ['b', 'h', 'p', 'w']], ['scale', FLOAT, ['b', 'h', 1, 'w']], ['length', INT64, [1]], ['room', INT64, [1]]],
    [['values', FLOAT, ['b', 'h', 'r', 'w']]],
  );
}

/**
 * What is written after the prompt keeps the prompt's scales, and what exceeds them is cut off. That costs more than
 * coarser steps do: docs/precision.md has the figures.
 */
const HEADROOM = 2;

type Op = [op: string, input: string[], output: string, attributes?: { axes?: number[]; axis?: number; block_size?: number }];

/** `from` with zeros after its `length` positions up to `room`. */
function padded(from: string, to: string): Op[] {
  return [
    ['Sub', ['room', 'length'], 'more'],
    ['Concat', ['six_zeros', 'more', 'zero'], 'pads', { axis: 0 }],
    ['Pad', [from, 'pads'], to],
  ];
}

function model(opset: 17 | 21, nodes: Op[], inputs: [string, number, (string | number)[]][], outputs: [string, number, (string | number)[]][]): Uint8Array {
  const constant = (name: string, dataType: number, data: ArrayBufferView, dims: number[]) =>
    onnx.TensorProto.create({ name, dataType, dims, rawData: new Uint8Array(data.buffer) });
  const value = ([name, elemType, shape]: [string, number, (string | number)[]]) =>
    onnx.ValueInfoProto.create({
      name,
      type: { tensorType: { elemType, shape: { dim: shape.map((d) => (typeof d === 'number' ? { dimValue: d } : { dimParam: d })) } } },
    });
  const graph = onnx.GraphProto.create({
    name: 'cache',
    node: nodes.map(([opType, input, output, { axes, ...whole } = {}]) =>
      onnx.NodeProto.create({
        opType, name: output, input, output: [output],
        attribute: [
          ...(axes ? [{ name: 'axes', type: AttributeType.INTS, ints: axes }] : []),
          ...Object.entries(whole).map(([name, i]) => ({ name, type: AttributeType.INT, i })),
        ],
      }),
    ),
    initializer: [
      constant('zero', INT64, BigInt64Array.of(0n), [1]),
      constant('two', INT64, BigInt64Array.of(2n), [1]),
      // Before: batch, heads, positions, width; after: batch, heads.
      constant('six_zeros', INT64, new BigInt64Array(6), [6]),
      constant('zero_code', INT8, Int8Array.of(0), []),
      constant('one', FLOAT, Float32Array.of(1), []),
      constant('least', FLOAT, Float32Array.of(1e-20), []),
      constant('step', FLOAT, Float32Array.of(HEADROOM / 127), []),
    ],
    input: inputs.map(value),
    output: outputs.map(value),
  });
  return onnx.ModelProto.encode({ irVersion: 10, opsetImport: [{ domain: '', version: opset }], graph }).finish();
}
