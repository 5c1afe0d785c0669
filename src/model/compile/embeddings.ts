/** embed_tokens.onnx: input_ids [batch, sequence] -> inputs_embeds [batch, sequence, hidden]. */

import type { ModelConfig } from '../config';
import { FLOAT, INT64 } from './graph';
import { tensor, type Compilation } from './layers';

export async function writeTokenEmbeddings(c: Compilation, config: ModelConfig): Promise<void> {
  const { vocabSize, hiddenSize } = config.text;
  const ids = c.graph.input('input_ids', INT64, ['batch', 'sequence']);
  const table = await tensor(c, c.weights.name('text', 'embed_tokens.weight'), [vocabSize, hiddenSize]);
  c.graph.node('Gather', [table, ids], { axis: { int: 0 } }, 'inputs_embeds');
  c.graph.output('inputs_embeds', FLOAT, ['batch', 'sequence', hiddenSize]);
}
