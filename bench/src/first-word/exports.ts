// SPDX-License-Identifier: Apache-2.0
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfCancelled } from '../../../src/contract';
import { Checkpoint, readModelSettings, type ModelConfig } from '../../../src/model';
import { writeGguf } from '../speed/peers/gguf';
import { writePublished } from '../speed/peers/published';
import type { Shape } from '../speed/shapes';

/** Writes a SmolVLM model of `randomModel` in the layout of published exports. @throws ZoetropeError `cancelled`. */
export async function writeSmolExport(dir: string, model: string, json: object, signal?: AbortSignal): Promise<void> {
  throwIfCancelled(signal);
  const { config } = await readModelSettings(model);
  const { text, projector } = config;
  const shape = shapeOf(config);
  const partial = `${dir}.part`;
  await rm(partial, { recursive: true, force: true });
  const checkpoint = await Checkpoint.open(join(model, 'model.safetensors'));
  try {
    await writePublished(partial, shape, checkpoint, {
      config: { architectures: ['SmolVLMForConditionalGeneration'], ...json },
      bias: false,
      theta: text.ropeTheta,
      head: 'language_model.lm_head',
      ...(projector.kind === 'shuffle' && { shuffle: projector.factor }),
    });
  } finally {
    await checkpoint.close();
  }
  await rename(partial, dir);
}

/** A model's dimensions, as the exports take them. */
export function shapeOf({ text, vision, imageTokenId }: ModelConfig): Shape {
  return {
    config: {
      text: {
        hidden: text.hiddenSize,
        intermediate: text.intermediateSize,
        layers: text.layers,
        heads: text.heads,
        kvHeads: text.kvHeads,
        vocabulary: text.vocabSize,
        context: text.contextLength,
      },
      vision: {
        hidden: vision.hiddenSize,
        intermediate: vision.intermediateSize,
        layers: vision.layers,
        heads: vision.heads,
        side: vision.imageSize,
        patch: vision.patchSize,
      },
      imageToken: imageTokenId,
    },
    decode: [],
    prefill: [],
    append: 0,
    attention: 0,
  };
}

/** Writes the language model of a model of `randomModel` for llama.cpp. */
export async function writeLanguageGguf(path: string, model: string, signal?: AbortSignal): Promise<void> {
  throwIfCancelled(signal);
  const { config } = await readModelSettings(model);
  const { text } = config;
  const checkpoint = await Checkpoint.open(join(model, 'model.safetensors'));
  try {
    await writeGguf(`${path}.part`, shapeOf(config), checkpoint, 'q4_0', {
      architecture: text.attentionBias ? 'qwen2' : 'llama',
      theta: text.ropeTheta,
      ...(!text.tiedHead && { head: 'language_model.lm_head.weight' }),
    });
  } finally {
    await checkpoint.close();
  }
  await rename(`${path}.part`, path);
}
