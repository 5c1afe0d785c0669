// SPDX-License-Identifier: Apache-2.0
import { onnx } from './graph-file';

const { UINT8, INT8, INT32 } = onnx.TensorProto.DataType;

/**
 * A graph: `x` uint8 [rows, width] times an int8 matrix [width, columns] filled with `code` -> `y` int32 [rows,
 * columns].
 */
export function saturationProbe(width: number, columns: number, code: number): Uint8Array {
  const value = (name: string, elemType: number, size: number) =>
    onnx.ValueInfoProto.create({
      name,
      type: { tensorType: { elemType, shape: { dim: [{ dimParam: 'rows' }, { dimValue: size }] } } },
    });
  const matrix = new Uint8Array(new Int8Array(width * columns).fill(code).buffer);
  const graph = onnx.GraphProto.create({
    name: 'probe',
    node: [onnx.NodeProto.create({ name: 'product', opType: 'MatMulInteger', input: ['x', 'matrix'], output: ['y'] })],
    initializer: [onnx.TensorProto.create({ name: 'matrix', dataType: INT8, dims: [width, columns], rawData: matrix })],
    input: [value('x', UINT8, width)],
    output: [value('y', INT32, columns)],
  });
  return onnx.ModelProto.encode({ irVersion: 8, opsetImport: [{ domain: '', version: 17 }], graph }).finish();
}
