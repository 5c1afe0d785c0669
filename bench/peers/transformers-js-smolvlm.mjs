// SPDX-License-Identifier: Apache-2.0
// transformers.js with SmolVLM2, as its users call it: from_pretrained, and generate with pictures.
import { basename, dirname } from 'node:path';
import { env, SmolVLMForConditionalGeneration, Tensor } from '@huggingface/transformers';
import { floats, tokens } from './random.mjs';

export async function open({ folder, side, image, rows, threads }) {
  env.allowRemoteModels = false;
  env.localModelPath = dirname(folder);
  const model = await SmolVLMForConditionalGeneration.from_pretrained(basename(folder), {
    device: 'cpu',
    dtype: { embed_tokens: 'fp32', vision_encoder: 'fp32', decoder_model_merged: 'q4' },
    session_options: { intraOpNumThreads: threads, logSeverityLevel: 3 },
  });
  return {
    async firstWord(frames, positions) {
      const shown = frames * rows;
      const ids = [...new Array(shown).fill(image), ...tokens(positions - shown, 0, image)];
      const one = floats(3 * side * side);
      const pixels = new Float32Array(frames * one.length);
      for (let frame = 0; frame < frames; frame++) pixels.set(one, frame * one.length);
      await model.generate({
        input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), [1, positions]),
        attention_mask: new Tensor('int64', new BigInt64Array(positions).fill(1n), [1, positions]),
        pixel_values: new Tensor('float32', pixels, [1, frames, 3, side, side]),
        pixel_attention_mask: new Tensor('bool', new Uint8Array(frames * side * side).fill(1), [1, frames, side, side]),
        max_new_tokens: 1,
        do_sample: false,
      });
    },
  };
}
