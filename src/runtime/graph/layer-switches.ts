// SPDX-License-Identifier: Apache-2.0
/**
 * Lets a decoder run some of its layers only: each becomes an If. So a long prompt can be prefilled layer by layer, all of it
 * through some before the next begin, and only their keys and values stand as floats. All weights are in one session,
 * and a run of all layers is what it was.
 *
 * There are besides, for layer i,
 *   the input `layers.{i}.runs`, bool [];
 *   the output `layers.{i}.output` [batch, sequence, hidden];
 *   the input `layers.{i}.input` of that shape: what it takes where the layer before does not run, else of no positions
 *     (the first layer's is `inputs_embeds`, of no positions where it does not run);
 * and `logits.wanted`, bool [], which only a run of the last layer may ask for. A layer that does not run gives what it
 * is given; its past should be of no positions.
 */

import { onnx, type Graph, type Model, type Node } from './graph-file';

export const layerRuns = (layer: number): string => `layers.${layer}.runs`;
export const layerInput = (layer: number): string => (layer === 0 ? EMBEDS : `layers.${layer}.input`);
export const layerOutput = (layer: number): string => `layers.${layer}.output`;
export const LOGITS_WANTED = 'logits.wanted';

const EMBEDS = 'inputs_embeds';
const LOGITS = 'logits';
const OUTPUT = /^layers\.(\d+)\.output$/;
/** A sum and its norm in one operator, where one layer ends and the next begins. Outputs: norm, mean, deviation, sum. */
const ADD_AND_NORM = 'SkipSimplifiedLayerNormalization';

const { BOOL } = onnx.TensorProto.DataType;
const { AttributeType } = onnx.AttributeProto;

/** @returns whether its layers could be told apart; if not, the graph is unchanged. */
export function addLayerSwitches({ graph }: Model): boolean {
  const elementTypes = new Map(
    [...graph.input, ...graph.output].map(({ name, type }) => [name!, type?.tensorType?.elemType]),
  );
  const layers = graph.output.filter(({ name }) => /^present\.\d+\.key$/.test(name!)).length;
  const embeds = graph.input.find(({ name }) => name === EMBEDS);
  if (layers < 2 || !embeds || elementTypes.get(LOGITS) !== elementTypes.get(EMBEDS)) return false;
  const borders = findBorders(graph, layers);
  if (!borders) return false;
  const nodes = (graph.node as Node[]).flatMap((node) => {
    const layer = borders.indexOf(node);
    return layer < 0 ? [node] : parted(node, layer, layers);
  });
  // The runtime packs the weights of a branch, not those of a branch in a branch.
  if (
    nodes.some(
      ({ attribute, output }) => attribute.some(({ g }) => g) && !output.some((name) => name.startsWith('present.')),
    )
  )
    return false;
  const sections = sectionsOf(nodes, layers);
  if (!sections) return false;

  const choices: Node[] = [];
  const hidden = (name: string) => onnx.ValueInfoProto.create({ ...embeds, name });
  const flag = (name: string) =>
    onnx.ValueInfoProto.create({ name, type: { tensorType: { elemType: BOOL, shape: {} } } });
  const presents = graph.output.map(({ name }) => name!).filter((name) => name.startsWith('present.'));
  for (const [layer, section] of sections.layers.entries()) {
    choices.push(
      choice(`layers.${layer}`, layerRuns(layer), section, [
        { name: layerOutput(layer), type: elementTypes.get(EMBEDS)!, otherwise: layerInput(layer) },
        ...presents
          .filter((name) => name.startsWith(`present.${layer}.`))
          .map((name) => ({
            name,
            type: elementTypes.get(name)!,
            otherwise: name.replace('present.', 'past_key_values.'),
          })),
      ]),
    );
    graph.input.push(flag(layerRuns(layer)));
    if (layer > 0) graph.input.push(hidden(layerInput(layer)));
    graph.output.push(hidden(layerOutput(layer)));
  }
  choices.push(
    choice('head', LOGITS_WANTED, sections.head, [
      { name: LOGITS, type: elementTypes.get(LOGITS)!, otherwise: EMBEDS },
    ]),
  );
  graph.input.push(flag(LOGITS_WANTED));
  graph.node = [...sections.shared, ...choices];
  return true;
}

/** The operator with which each layer ends and the next, or the head, begins. */
function findBorders({ node: nodes }: Graph, layers: number): Node[] | undefined {
  const borders: Node[] = [];
  let last: Node | undefined;
  let seen = 0;
  for (const node of nodes as Node[]) {
    if (node.opType === ADD_AND_NORM) last = node;
    if (!node.output.includes(`present.${seen}.key`)) continue;
    if (seen++ > 0) borders.push(last!);
    last = undefined;
  }
  borders.push(last!);
  return seen === layers && borders.every(Boolean) ? borders : undefined;
}

/** A border as the sum that a layer ends with, and what the next begins with: that, or what it is given, and the norm. */
function parted(border: Node, layer: number, layers: number): Node[] {
  const [residual, branch, gamma] = border.input as [string, string, string];
  const [normed, , , sum] = border.output;
  const made = layerOutput(layer);
  const read = layer + 1 < layers ? `${layerInput(layer + 1)}/read` : made;
  const int = (name: string, i: number) => ({ name, type: AttributeType.INT, i });
  const node = (opType: string, input: string[], output: string, attribute: Node['attribute'] = []) =>
    onnx.NodeProto.create({ name: `${output}/${opType}`, opType, input, output: [output], attribute });
  return [
    node('Add', [residual, branch], made),
    // One of the two has no positions.
    ...(read === made
      ? []
      : [node('Concat', [layerInput(layer + 1), made], read, [int('axis', 1)] as Node['attribute'])]),
    node('SimplifiedLayerNormalization', [read, gamma], normed!, [
      ...border.attribute.filter(({ name }) => name === 'epsilon'),
      int('axis', -1),
      int('stash_type', 1),
    ] as Node['attribute']),
    ...(sum ? [node('Identity', [read], sum)] : []),
  ];
}

interface Sections {
  /** What depends on no layer. */
  shared: Node[];
  layers: Node[][];
  head: Node[];
}

/** Which layer each node belongs to; undefined where one needs more of the layer before than its end. */
function sectionsOf(nodes: readonly Node[], layers: number): Sections | undefined {
  const sections: Sections = { shared: [], layers: Array.from({ length: layers }, () => []), head: [] };
  const made = new Map([[EMBEDS, 0]]);
  for (const node of nodes) {
    const from = new Set<number>();
    for (const name of valuesRead(node)) {
      const end = OUTPUT.exec(name);
      const section = end ? Number(end[1]) + 1 : made.get(name);
      if (section !== undefined) from.add(section);
    }
    if (from.size > 1) return undefined;
    const [section] = from;
    (section === undefined ? sections.shared : (sections.layers[section] ?? sections.head)).push(node);
    if (section !== undefined) for (const name of node.output) if (name !== '') made.set(name, section);
  }
  return sections;
}

/** What a node reads, in its branches too. */
function valuesRead({ input, attribute }: Node): string[] {
  return [...input, ...attribute.flatMap(({ g }) => (g?.node ?? []).flatMap((node) => valuesRead(node as Node)))];
}

/** If(`condition`): the nodes; otherwise each output is one of the graph's inputs. */
function choice(
  name: string,
  condition: string,
  nodes: readonly Node[],
  outputs: { name: string; type: number; otherwise: string }[],
): Node {
  const inside = (value: string) => (outputs.some((output) => output.name === value) ? `${value}/on` : value);
  const branch = (kind: string, node: Node[], suffix: string) =>
    onnx.GraphProto.create({
      name: `${name}/${kind}`,
      node,
      output: outputs.map((output) =>
        onnx.ValueInfoProto.create({ name: output.name + suffix, type: { tensorType: { elemType: output.type } } }),
      ),
    });
  const on = nodes.map((node) =>
    onnx.NodeProto.create({ ...node, input: node.input.map(inside), output: node.output.map(inside) }),
  );
  const off = outputs.map((output) =>
    onnx.NodeProto.create({
      name: `${output.name}/pass`,
      opType: 'Identity',
      input: [output.otherwise],
      output: [`${output.name}/off`],
    }),
  );
  return onnx.NodeProto.create({
    name,
    opType: 'If',
    input: [condition],
    output: outputs.map((output) => output.name),
    attribute: [
      { name: 'then_branch', type: AttributeType.GRAPH, g: branch('then', on, '/on') },
      { name: 'else_branch', type: AttributeType.GRAPH, g: branch('else', off, '/off') },
    ],
  });
}
