// SPDX-License-Identifier: Apache-2.0
/**
 * Splits a decoder that holds two forms of its products, one for a single token and one for several (the compiler's
 * `w8w4`), into two graphs with one form each. Two sessions hold no more weights than one. No branch is nested in
 * another: the runtime does not pre-pack weights at that depth.
 */

import { onnx, producer, type Graph, type Model, type Node } from './graph-file';

export interface ByLength {
  /** For prompts; also accepts a single token. */
  several: Model;
  one: Model;
}

/** The two graphs; undefined for a graph that does not branch on the number of tokens. */
export function chooseByLength(model: Model): ByLength | undefined {
  const { graph } = model;
  const choices = (graph.node as Node[]).filter((node) => isByLength(node, graph));
  if (choices.length === 0) return undefined;
  const only = (branch: 'then_branch' | 'else_branch'): Model => {
    const node = (graph.node as Node[]).flatMap((choice) =>
      choices.includes(choice) ? inlined(choice, branch) : [choice],
    );
    const part = { ...model, graph: { ...graph, ...used(node, graph) } };
    return onnx.ModelProto.decode(onnx.ModelProto.encode(part).finish()) as Model; // a copy that shares nothing with the other graph
  };
  return { several: only('else_branch'), one: only('then_branch') };
}

/** If(Shape(x)[1] = 1). */
function isByLength({ opType, input }: Node, graph: Graph): boolean {
  if (opType !== 'If') return false;
  const condition = producer(graph, input[0]!);
  return condition?.opType === 'Equal' && producer(graph, condition.input[0]!)?.opType === 'Shape';
}

/** The nodes of one branch, with its output renamed to that of the If node. */
function inlined({ attribute, output }: Node, branch: string): Node[] {
  const { node, output: made } = attribute.find(({ name }) => name === branch)!.g as Graph;
  const renamed = new Map(made.map(({ name }, i) => [name!, output[i]!]));
  const outside = (name: string) => renamed.get(name) ?? name;
  return (node as Node[]).map((one) =>
    onnx.NodeProto.create({ ...one, input: one.input.map(outside), output: one.output.map(outside) }),
  );
}

/** The nodes whose values are read, and the weights that those nodes use. */
function used(nodes: Node[], { output, initializer }: Graph): Pick<Graph, 'node' | 'initializer'> {
  const wanted = new Set(output.map(({ name }) => name!));
  const node = nodes.toReversed().filter((one) => {
    const needed = one.output.some((name) => wanted.has(name));
    if (needed) for (const name of one.input) wanted.add(name);
    return needed;
  });
  return { node: node.reverse(), initializer: initializer.filter(({ name }) => wanted.has(name!)) };
}
