// SPDX-License-Identifier: Apache-2.0
/** embed_tokens.onnx: input_ids [batch, sequence] -> inputs_embeds [batch, sequence, hidden]. */

import type { ModelConfig } from '../config';
import { FLOAT, INT64, INT8 } from './graph';
import { tensor, type Compilation } from './layers';
import { quantiseRows } from './quantise';
import type { Weight } from './weights';

export async function writeTokenEmbeddings(c: Compilation, config: ModelConfig): Promise<void> {
  const { vocabSize, hiddenSize } = config.text;
  const { graph, weights } = c;
  const ids = graph.input('input_ids', INT64, ['batch', 'sequence']);
  graph.output('inputs_embeds', FLOAT, ['batch', 'sequence', hiddenSize]);
  const source: Weight = { name: weights.name('text', 'embed_tokens.weight'), shape: [vocabSize, hiddenSize] };
  if (c.format === 'fp32') {
    const table = await tensor(c, source.name, source.shape);
    graph.node('Gather', [table, ids], { axis: { int: 0 } }, 'inputs_embeds');
    return;
  }
  // 8 bits with a scale per row: each row is looked up by itself, without a product.
  const scales: Float32Array[] = [];
  const rows = weights.rows([source], hiddenSize);
  async function* codes(): AsyncGenerator<Int8Array> {
    for await (const values of rows) {
      const quantised = quantiseRows(values, hiddenSize);
      scales.push(quantised.scales);
      yield quantised.codes;
    }
  }
  const table = await graph.weight(source.name, INT8, source.shape, codes());
  const scale = await graph.weight(`${source.name}.scale`, FLOAT, [vocabSize, 1], scales);
  const row = graph.node('Cast', [graph.node('Gather', [table, ids], { axis: { int: 0 } })], { to: { int: FLOAT } });
  graph.node('Mul', [row, graph.node('Gather', [scale, ids], { axis: { int: 0 } })], {}, 'inputs_embeds');
}
