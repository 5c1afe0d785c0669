// SPDX-License-Identifier: Apache-2.0
/** Models of the catalogue's shapes with random weights: as fast as trained ones. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compileModel, expectedBytes, familyOf, planTokens, type CatalogEntry } from '../../../src/model';
import { writeRandomTensors, type Tensor } from '../speed/random-model';
import { exists } from '../speed/work';

/** Tokens of text in a question about sixteen frames: SmolVLM2's has the time of each frame, Qwen3-VL's of each pair. */
const WORDS = { smolvlm: 230, 'llava-interleave': 38, 'llava-onevision': 41, 'qwen3-vl': 110 } as const;

export interface RandomModel {
  /** Holds the weights and our compiled graphs. */
  folder: string;
  /** Tokens of a question about the frames. */
  positions: number;
  /** Rows of features of a frame. */
  rows: number;
}

/**
 * Writes a model of a catalogue entry into `work` and compiles it. Made on the first call and reused later.
 * @throws ZoetropeError `cancelled`, `disk-full`.
 */
export async function randomModel(
  work: string,
  { title, config: json }: CatalogEntry,
  frames: number,
  precision: 'w8w4' | 'w8a8',
  signal?: AbortSignal,
): Promise<RandomModel> {
  const folder = join(work, 'first-word', title.toLowerCase().replace(/[^\w.]+/g, '-'));
  await mkdir(folder, { recursive: true });
  const family = familyOf(json);
  const config = family.parseConfig(json);
  const side = config.vision.imageSize;
  if (!(await exists(join(folder, 'model.safetensors')))) {
    const file = (name: string, value: object) => writeFile(join(folder, name), JSON.stringify(value));
    await file('config.json', json);
    await file(
      'preprocessor_config.json',
      family.name === 'smolvlm' || family.name === 'qwen3-vl' ? {} : { size: { width: side, height: side } },
    );
    await file('tokenizer_config.json', {});
    await file('tokenizer.json', { version: '1.0', added_tokens: [], model: { type: 'BPE', vocab: {}, merges: [] } });
    const { tensors } = await expectedBytes(config, 'fp32');
    const newline = { name: 'image_newline', shape: [config.text.hiddenSize] };
    await writeRandomTensors(folder, [...tensors, newline].map(randomTensor), signal);
  }
  await compileModel(folder, folder, { precision, signal });
  const pixels = family.parsePixels({}, 'config.json', config);
  const format = family.inputFormat(config, pixels, undefined);
  const plan = format.plan({ width: side, height: side }, 'video', frames);
  const runs = Math.ceil(frames / (format.together ?? 1));
  return { folder, positions: runs * planTokens(plan) + WORDS[family.name], rows: plan.rows };
}

/** Norms around one, biases around nothing, matrices such that values keep their size. */
function randomTensor({ name, shape }: { name: string; shape: number[] }): Tensor {
  if (/norm\d?\.weight$/.test(name)) return { name, shape, mean: 1, deviation: 0.01 };
  if (shape.length === 1 || name.includes('embed')) return { name, shape, mean: 0, deviation: 0.02 };
  return { name, shape, mean: 0, deviation: 1 / Math.sqrt(shape.slice(1).reduce((a, b) => a * b, 1)) };
}
