// SPDX-License-Identifier: Apache-2.0
/**
 * Changes a decoder to compute only the logits of the last position. Published graphs compute them for all positions:
 * for a long prompt that is gigabytes, and the largest product of the model for positions whose logits are not used.
 */

import { onnx, type Graph, type Model, type Node } from './graph-file';

/** Operators that can multiply by the vocabulary matrix: the first input is [batch, positions, width], or its codes. */
const PRODUCTS = new Set([
  'MatMul',
  'FusedMatMul',
  'MatMulNBits',
  'MatMulBnb4',
  'MatMulInteger',
  'MatMulIntegerToFloat',
]);
/** Operators allowed between that product and the logits: they treat each position separately. */
const BY_POSITION = new Set(['Cast', 'Identity', 'Add', 'Sub', 'Mul', 'Div', 'Tanh', 'Clip']);
const LAST = 'last_position';

const { INT64 } = onnx.TensorProto.DataType;
const { AttributeType } = onnx.AttributeProto;

/**
 * Selects the last position before the product that makes the logits, if that changes nothing else.
 * @returns whether it could; if not, the graph is unchanged.
 */
export function cutToLastPosition({ graph }: Model): boolean {
  const output = graph.output.find(({ name }) => name === 'logits');
  const dims = output?.type?.tensorType?.shape?.dim;
  if (!output || dims?.length !== 3 || Number(dims[1]!.dimValue ?? 0) === 1) return false;
  const cuts = findCuts([graph], 'logits');
  if (!cuts) return false;
  graph.initializer.push(
    onnx.TensorProto.create({
      name: LAST,
      dataType: INT64,
      dims: [1],
      rawData: new Uint8Array(BigInt64Array.of(-1n).buffer),
    }),
  );
  for (const { scope, product, changed } of cuts) {
    if (product) {
      const [rows] = product.input;
      const last = `${rows}/last`;
      const attribute = [{ name: 'axis', type: AttributeType.INT, i: 1 }];
      product.input[0] = last;
      scope.node.splice(
        scope.node.indexOf(product),
        0,
        onnx.NodeProto.create({ name: last, opType: 'Gather', input: [rows!, LAST], output: [last], attribute }),
      );
    }
    // Recorded shapes of the changed values no longer hold.
    scope.valueInfo = scope.valueInfo.filter(({ name }) => !changed.includes(name!));
    for (const { name, type } of scope.output)
      if (type?.tensorType && changed.includes(name!) && scope !== graph) type.tensorType.shape = null;
  }
  dims[1] = { dimValue: 1 };
  return true;
}

interface Cut {
  scope: Graph;
  /** Absent where the value comes from branches that are cut separately. */
  product?: Node;
  /** Values that become shorter. */
  changed: string[];
}

/**
 * The products that a value comes from, one in each branch; undefined if one is not found or reads more than its own
 * position.
 */
function findCuts(scopes: readonly Graph[], value: string): Cut[] | undefined {
  const scope = scopes[0]!;
  const changed: string[] = [];
  for (let name = value; ;) {
    changed.push(name);
    const node = scope.node.find(({ output }) => output!.includes(name)) as Node | undefined;
    if (!node || uses(scope, name) > (name === value ? 0 : 1)) return undefined;
    if (node.opType === 'If') {
      const branches = node.attribute.flatMap(({ g }) => (g ? [g as Graph] : []));
      const at = node.output.indexOf(name);
      const cuts = branches.map((branch) => findCuts([branch, ...scopes], branch.output[at]!.name!));
      return cuts.every((found) => found !== undefined) ? [{ scope, changed }, ...cuts.flat()] : undefined;
    }
    const rows = node.input.filter((input) => !isFree(scopes, input));
    if (rows.length !== 1) return undefined;
    if (PRODUCTS.has(node.opType)) return rows[0] === node.input[0] ? [{ scope, product: node, changed }] : undefined;
    if (!BY_POSITION.has(node.opType)) return undefined;
    name = rows[0]!;
  }
}

/** How many nodes of the graph read a value. */
function uses(graph: Graph, name: string): number {
  return graph.node.filter(({ input }) => input!.includes(name)).length;
}

/**
 * Whether a value does not depend on the position: it is made of weights and constants alone, or is a common scale of
 * all activations.
 */
function isFree(scopes: readonly Graph[], name: string): boolean {
  if (name === '') return true;
  for (const [i, scope] of scopes.entries()) {
    if (scope.initializer.some((tensor) => tensor.name === name)) return true;
    const node = scope.node.find(({ output }) => output!.includes(name));
    if (!node) continue;
    if (node.opType === 'DynamicQuantizeLinear') return node.output!.indexOf(name) > 0;
    return node.opType !== 'If' && node.input!.every((input) => isFree(scopes.slice(i), input));
  }
  return false;
}
