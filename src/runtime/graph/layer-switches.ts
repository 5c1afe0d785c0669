/**
 * Lets a decoder run some of its layers only: each becomes an If. So a long prompt can be read layer by layer, all of it
 * through some before the next begin, and only their keys and values stand as floats. All weights are in one session,
 * and a run of all layers is what it was.
 *
 * There are besides, for layer i,
 *   the input `layers.{i}.runs`, bool [];
 *   the output `layers.{i}.output` [batch, sequence, hidden];
 *   the input `layers.{i}.input` of that shape: what it reads where the layer before does not run, else of no positions
 *     (the first layer's is `inputs_embeds`, of no positions where it does not run);
 * and `logits.wanted`, bool [], which only a run of the last layer may ask for. A layer that does not run gives what it
 * is given; its past should be of no positions.
 *
 * A layer with weights in branches of its own is not made a branch itself: the runtime packs the weights of a branch,
 * but not those of a branch in a branch. It is given no positions instead, which costs its operators a moment each, and
 * only its attention, which takes no empty sequence, is left out.
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

const { BOOL, INT64 } = onnx.TensorProto.DataType;
const { AttributeType } = onnx.AttributeProto;

/** @returns whether its layers could be told apart; if not, the graph is unchanged. */
export function addLayerSwitches({ graph }: Model): boolean {
  const elementTypes = new Map([...graph.input, ...graph.output].map(({ name, type }) => [name!, type?.tensorType?.elemType]));
  const layers = graph.output.filter(({ name }) => /^present\.\d+\.key$/.test(name!)).length;
  const embeds = graph.input.find(({ name }) => name === EMBEDS);
  if (layers < 2 || !embeds || elementTypes.get(LOGITS) !== elementTypes.get(EMBEDS)) return false;
  const borders = findBorders(graph, layers);
  if (!borders) return false;
  const nodes = (graph.node as Node[]).flatMap((node) => {
    const layer = borders.indexOf(node);
    return layer < 0 ? [node] : parted(node, layer, layers);
  });
  const sections = sectionsOf(nodes, layers);
  if (!sections || sections.head.some(branches)) return false;
  const ones = oneTokenTests(graph);
  const attentions = new Set(sections.layers.map((section, layer) => section.find(({ output }) => output.includes(`present.${layer}.key`))));
  const known = (node: Node) => attentions.has(node) || !branches(node) || ones.some(({ output }) => output[0] === node.input[0]);
  if (!sections.layers.every((section) => section.every(known))) return false;

  const choices: Node[] = [];
  const hidden = (name: string) => onnx.ValueInfoProto.create({ ...embeds, name });
  const flag = (name: string) => onnx.ValueInfoProto.create({ name, type: { tensorType: { elemType: BOOL, shape: {} } } });
  const presents = graph.output.map(({ name }) => name!).filter((name) => name.startsWith('present.'));
  const type = elementTypes.get(EMBEDS)!;
  for (const [layer, section] of sections.layers.entries()) {
    const attention = section.find((node) => attentions.has(node))!;
    const kept = presents
      .filter((name) => name.startsWith(`present.${layer}.`))
      .map((name) => ({ name, type: elementTypes.get(name)!, otherwise: name.replace('present.', 'past_key_values.') }));
    const runs = layerRuns(layer);
    if (!section.some((node) => node !== attention && branches(node))) {
      choices.push(choice(`layers.${layer}`, runs, section, [{ name: layerOutput(layer), type, otherwise: layerInput(layer) }, ...kept]));
    } else {
      const nothing = `layers.${layer}.nothing`;
      graph.initializer.push(onnx.TensorProto.create({ name: nothing, dataType: type, dims: [1, 0, attentionWidth(attention, graph)], rawData: new Uint8Array(0) }));
      choices.push(...section.map((node) => {
        if (node === attention) return choice(`layers.${layer}`, runs, [node], [{ name: node.output[0]!, type, otherwise: nothing }, ...kept]);
        if (node.output[0] === inputRead(layer)) return choice(inputRead(layer), runs, [node], [{ name: inputRead(layer), type, otherwise: layerInput(layer) }]);
        // Nothing goes the way of one position: its kernels take it.
        return ones.includes(node) ? (onnx.NodeProto.create({ ...node, opType: 'LessOrEqual' })) : node;
      }));
    }
    graph.input.push(flag(layerRuns(layer)));
    if (layer > 0) graph.input.push(hidden(layerInput(layer)));
    graph.output.push(hidden(layerOutput(layer)));
  }
  choices.push(choice('head', LOGITS_WANTED, sections.head, [{ name: LOGITS, type, otherwise: EMBEDS }]));
  graph.input.push(flag(LOGITS_WANTED));
  graph.node = [...sections.shared, ...choices];
  return true;
}

/** What a layer reads in the end: its input, or what the layer before gives. */
const inputRead = (layer: number) => `${layerInput(layer)}/read`;

/** What asks whether there is one position: lengths that are held against 1. */
function oneTokenTests({ node, initializer }: Graph): Node[] {
  const isOne = (name: string) => {
    const { dataType, rawData } = initializer.find((constant) => constant.name === name) ?? {};
    return dataType === INT64 && rawData?.length === 8 && rawData[0] === 1 && rawData.subarray(1).every((byte) => byte === 0);
  };
  const lengths = new Set(node.filter(({ opType }) => opType === 'Shape').map(({ output }) => output![0]));
  return (node as Node[]).filter(({ opType, input }) => opType === 'Equal' && lengths.has(input[0]) && isOne(input[1]!));
}

const branches = ({ attribute }: Node) => attribute.some(({ g }) => g);

/** Of what an attention gives. */
function attentionWidth(attention: Node, graph: Graph): number {
  const within = (node: Node): Node[] => [node, ...node.attribute.flatMap(({ g }) => (g?.node ?? []).flatMap((inner) => within(inner as Node)))];
  const heads = Number(within(attention).flatMap((node) => node.attribute).find(({ name }) => name === 'num_heads')?.i);
  const past = graph.input.find(({ name }) => name === attention.output.find((output) => output.endsWith('.key'))!.replace('present.', 'past_key_values.'));
  return heads * Number(past!.type!.tensorType!.shape!.dim![3]!.dimValue);
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
  const read = layer + 1 < layers ? inputRead(layer + 1) : made;
  const int = (name: string, i: number) => ({ name, type: AttributeType.INT, i });
  const node = (opType: string, input: string[], output: string, attribute: Node['attribute'] = []) =>
    onnx.NodeProto.create({ name: `${output}/${opType}`, opType, input, output: [output], attribute });
  return [
    node('Add', [residual, branch], made),
    // One of the two has no positions.
    ...(read === made ? [] : [node('Concat', [layerInput(layer + 1), made], read, [int('axis', 1)] as Node['attribute'])]),
    node('SimplifiedLayerNormalization', [read, gamma], normed!, [...border.attribute.filter(({ name }) => name === 'epsilon'), int('axis', -1), int('stash_type', 1)] as Node['attribute']),
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
function choice(name: string, condition: string, nodes: readonly Node[], outputs: { name: string; type: number; otherwise: string }[]): Node {
  const inside = (value: string) => (outputs.some((output) => output.name === value) ? `${value}/on` : value);
  const branch = (kind: string, node: Node[], suffix: string) =>
    onnx.GraphProto.create({
      name: `${name}/${kind}`, node,
      output: outputs.map((output) => onnx.ValueInfoProto.create({ name: output.name + suffix, type: { tensorType: { elemType: output.type } } })),
    });
  const on = nodes.map((node) => onnx.NodeProto.create({ ...node, input: node.input.map(inside), output: node.output.map(inside) }));
  const off = outputs.map((output) => onnx.NodeProto.create({ name: `${output.name}/pass`, opType: 'Identity', input: [output.otherwise], output: [`${output.name}/off`] }));
  return onnx.NodeProto.create({
    name, opType: 'If', input: [condition], output: outputs.map((output) => output.name),
    attribute: [
      { name: 'then_branch', type: AttributeType.GRAPH, g: branch('then', on, '/on') },
      { name: 'else_branch', type: AttributeType.GRAPH, g: branch('else', off, '/off') },
    ],
  });
}
