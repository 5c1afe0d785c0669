// SPDX-License-Identifier: Apache-2.0
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfCancelled } from '../../../src/contract';
import { Checkpoint, readModelSettings } from '../../../src/model';
import { writePublished } from '../speed/peers/published';

/** Writes a SmolVLM model of `randomModel` in the layout of published exports. @throws ZoetropeError `cancelled`. */
export async function writeSmolExport(dir: string, model: string, json: object, signal?: AbortSignal): Promise<void> {
  throwIfCancelled(signal);
  const { config } = await readModelSettings(model);
  const { text, vision, projector } = config;
  const shape = {
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
      imageToken: config.imageTokenId,
    },
    decode: [],
    prefill: [],
    append: 0,
    attention: 0,
  };
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
