// SPDX-License-Identifier: Apache-2.0
/**
 * Gives a decoder a second form of its past, in 8 bits: each GroupQueryAttention becomes an If on the input
 * `cache_is_int8`, which selects the original node or its 8-bit version. Both use the same weights, so one graph serves
 * both: it prefills on floats, where attention is faster, and decodes on a quarter of the memory.
 *
 * For each `past_key_values.{i}.key` [batch, heads, past, width] it adds `...key.int8` of the same shape,
 * `...key.scale` [1, heads, 1, width], with value = code x scale, and `present.{i}.key.int8`. The form that is not
 * selected may have any length, even 0, and its present equals its past.
 */

import { onnx, type Dims, type Model, type Node } from './graph-file';

export const IS_INT8 = 'cache_is_int8';
export const INT8 = '.int8';
export const SCALE = '.scale';

const { FLOAT, INT8: INT8_TYPE, INT64, BOOL } = onnx.TensorProto.DataType;
const { AttributeType } = onnx.AttributeProto;

/** The first opset in which lists of axes are inputs. */
const OPSET = 13;
const FIRST_AXIS = 'cache_first_axis';

/** Returns whether all of the graph's past could be given that form; if not, the graph is unchanged. */
export function addInt8Cache({ graph, opsetImport }: Model): boolean {
  if (opsetImport.some(({ domain, version }) => !domain && Number(version) < OPSET)) return false;
  const attentions = graph.node.filter(
    ({ opType, domain }) => opType === 'GroupQueryAttention' && domain === 'com.microsoft',
  ) as Node[];
  const pasts = attentions.flatMap(({ input }) => [input[3]!, input[4]!]);
  const inputs = new Map(graph.input.map((input) => [input.name!, input]));
  const outputs = new Set(graph.output.map(({ name }) => name!));
  const whole = graph.input.filter(({ name }) => name!.startsWith('past_key_values.')).length === pasts.length;
  const plain = attentions.every(
    ({ input, output, attribute }) =>
      [input[3]!, input[4]!].every(
        (past) =>
          inputs.get(past)?.type?.tensorType?.elemType === FLOAT &&
          inputs.get(past)?.type?.tensorType?.shape?.dim?.length === 4,
      ) &&
      [output[1]!, output[2]!].every((present) => outputs.has(present)) &&
      (input.length <= 10 || input.slice(10).every((name) => name === '')) &&
      output.length === 3 &&
      !attribute?.some(({ name }) => /quant|smooth|sink|softcap|window/.test(name!)),
  );
  if (attentions.length === 0 || !whole || !plain) return false;

  graph.input.push(valueInfo(IS_INT8, BOOL, []));
  graph.initializer.push(
    onnx.TensorProto.create({ name: FIRST_AXIS, dataType: INT64, dims: [1], rawData: new Uint8Array(8) }),
  );
  for (const past of pasts) {
    const dims = inputs.get(past)!.type!.tensorType!.shape!.dim!;
    graph.input.push(
      valueInfo(past + INT8, INT8_TYPE, dims),
      valueInfo(past + SCALE, FLOAT, [{ dimValue: 1 }, dims[1]!, { dimValue: 1 }, dims[3]!]),
    );
  }
  for (const { output } of attentions) {
    for (const present of [output[1]!, output[2]!]) {
      const found = graph.output.find(({ name }) => name === present)!;
      graph.output.push(valueInfo(present + INT8, INT8_TYPE, found.type!.tensorType!.shape!.dim!));
    }
  }
  graph.node = graph.node.map((node) => (attentions.includes(node as Node) ? choice(node as Node) : node));
  return true;
}

/**
 * If(cache_is_int8): attention on 8 bits, or the original node. The past of the form that is not selected passes
 * through.
 */
function choice(attention: Node): Node {
  const [key, value] = [attention.input[3]!, attention.input[4]!];
  const [out, presentKey, presentValue] = attention.output as [string, string, string];
  const all = [out, presentKey, presentValue, presentKey + INT8, presentValue + INT8];
  const inBranch = (branch: string) =>
    all.map((name) => `${name}/${branch}`) as [string, string, string, string, string];
  const pass = (input: string, output: string) =>
    onnx.NodeProto.create({ name: `${output}/pass`, opType: 'Identity', input: [input], output: [output] });
  const graph = (name: string, node: Node[], outputs: string[]) =>
    onnx.GraphProto.create({
      name,
      node,
      output: outputs.map((output, i) => valueInfo(output, i < 3 ? FLOAT : INT8_TYPE)),
    });

  const f = inBranch('float');
  const floats = onnx.NodeProto.create({ ...attention, name: `${attention.name}/float`, output: [f[0], f[1], f[2]] });
  const q = inBranch('int8');
  const inputs = Array.from({ length: 14 }, (_, i) => attention.input[i] ?? '');
  inputs[3] = key + INT8;
  inputs[4] = value + INT8;
  inputs[12] = `${q[3]}/scale`;
  inputs[13] = `${q[4]}/scale`;
  const scales = [key, value].map((past, i) =>
    onnx.NodeProto.create({
      name: `${inputs[12 + i]}/squeeze`,
      opType: 'Squeeze',
      input: [past + SCALE, FIRST_AXIS],
      output: [inputs[12 + i]!],
    }),
  );
  const codes = onnx.NodeProto.create({
    ...attention,
    name: `${attention.name}/int8`,
    input: inputs,
    output: [q[0], q[3], q[4]],
    attribute: [
      ...attention.attribute,
      { name: 'k_quant_type', type: AttributeType.STRING, s: new TextEncoder().encode('PER_CHANNEL') },
      { name: 'v_quant_type', type: AttributeType.STRING, s: new TextEncoder().encode('PER_CHANNEL') },
      { name: 'kv_cache_bit_width', type: AttributeType.INT, i: 8 },
    ],
  });
  return onnx.NodeProto.create({
    name: `${attention.name}/choice`,
    opType: 'If',
    input: [IS_INT8],
    output: all,
    attribute: [
      {
        name: 'then_branch',
        type: AttributeType.GRAPH,
        g: graph(`${attention.name}/then`, [...scales, codes, pass(key, q[1]), pass(value, q[2])] as Node[], q),
      },
      {
        name: 'else_branch',
        type: AttributeType.GRAPH,
        g: graph(`${attention.name}/else`, [floats, pass(key + INT8, f[3]), pass(value + INT8, f[4])] as Node[], f),
      },
    ],
  });
}

function valueInfo(name: string, elemType: number, dim?: Dims) {
  return onnx.ValueInfoProto.create({ name, type: { tensorType: { elemType, ...(dim ? { shape: { dim } } : {}) } } });
}
