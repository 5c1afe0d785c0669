// SPDX-License-Identifier: Apache-2.0
/**
 * Lets a decoder run only some of its layers: each layer becomes an If. A long prompt can then be prefilled layer by
 * layer: all of it goes through some layers before the next ones begin, and only the keys and values of those layers
 * are held as floats. All weights are in one session, and a run of all layers computes what it did before.
 *
 * For layer i it adds the input `layers.{i}.runs`, bool []; the output `layers.{i}.output` [batch, sequence, hidden];
 * and the input `layers.{i}.input` of that shape: the layer's input where the layer before does not run, else with no
 * positions (for the first layer it is `inputs_embeds`, with no positions where that layer does not run). It also adds
 * `logits.wanted`, bool [], which may be true only if the last layer runs. A layer that does not run passes its input
 * through; its past should have no positions.
 */

import { onnx, type Graph, type Model, type Node } from './graph-file';

export const layerRuns = (layer: number): string => `layers.${layer}.runs`;
export const layerInput = (layer: number): string => (layer === 0 ? EMBEDS : `layers.${layer}.input`);
export const layerOutput = (layer: number): string => `layers.${layer}.output`;
export const LOGITS_WANTED = 'logits.wanted';

const EMBEDS = 'inputs_embeds';
const LOGITS = 'logits';
const OUTPUT = /^layers\.(\d+)\.output$/;
/**
 * An operator that adds and normalises, where one layer ends and the next begins. Outputs: norm, mean, deviation, sum.
 */
const ADD_AND_NORM = 'SkipSimplifiedLayerNormalization';

const { BOOL } = onnx.TensorProto.DataType;
const { AttributeType } = onnx.AttributeProto;

/** Returns whether the layers could be separated; if not, the graph is unchanged. */
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
  // The runtime pre-packs the weights of a branch, but not those of a branch inside a branch.
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

/** The operators where each layer ends and the next layer, or the head, begins. */
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

/**
 * Splits a border into the sum that ends one layer, the input of the next (that sum, or the graph input), and the norm.
 */
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
    // One of the two is empty.
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
  /** Nodes that depend on no layer. */
  shared: Node[];
  layers: Node[][];
  head: Node[];
}

/** Which layer each node belongs to; undefined if a node needs more of an earlier layer than its output. */
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

/** The values that a node reads, also inside its branches. */
function valuesRead({ input, attribute }: Node): string[] {
  return [...input, ...attribute.flatMap(({ g }) => (g?.node ?? []).flatMap((node) => valuesRead(node as Node)))];
}

/** If(`condition`) around the nodes; otherwise each output is one of the graph's inputs. */
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
