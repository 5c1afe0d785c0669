// SPDX-License-Identifier: Apache-2.0
// transformers.js, as its users call it: from_pretrained, generate.
import { basename, dirname } from 'node:path';
import { DynamicCache, env, LlavaForConditionalGeneration, Tensor } from '@huggingface/transformers';
import { floats, tokens } from './random.mjs';

export async function open({ folder, dtype, hidden, layers, heads, side, words, threads }) {
  env.allowRemoteModels = false;
  env.localModelPath = dirname(folder);
  const model = await LlavaForConditionalGeneration.from_pretrained(basename(folder), {
    device: 'cpu',
    dtype: { embed_tokens: 'fp32', vision_encoder: 'fp32', decoder_model_merged: dtype },
    session_options: { intraOpNumThreads: threads, logSeverityLevel: 3 },
  });
  const integers = (values) => new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
  const ones = (length) => new Tensor('int64', new BigInt64Array(length).fill(1n), [1, length]);
  let past = {}; // by name; what `rewind` goes back to
  let prompt = [];
  const some = (positions) => tokens(positions, 0, words);
  return {
    async read(positions) {
      prompt = some(positions);
      await model.generate({
        input_ids: integers(prompt),
        attention_mask: ones(positions),
        max_new_tokens: 1,
        do_sample: false,
      });
    },
    // A past of random numbers is as long to read as one that was made of a prompt.
    async fill(positions) {
      prompt = some(positions);
      const shape = [1, heads, positions, hidden / heads];
      const entry = (name) => [`past_key_values.${name}`, new Tensor('float32', floats(hidden * positions), shape)];
      past = Object.fromEntries(
        Array.from({ length: layers }, (_, i) => [entry(`${i}.key`), entry(`${i}.value`)]).flat(),
      );
    },
    async rewind() {},
    async write(count) {
      const ids = [...prompt, prompt[0]];
      await model.generate({
        input_ids: integers(ids),
        attention_mask: ones(ids.length),
        past_key_values: new DynamicCache({ ...past }),
        max_new_tokens: count,
        do_sample: false,
      });
    },
    async look() {
      await model.encode_image({ pixel_values: new Tensor('float32', floats(3 * side * side), [1, 3, side, side]) });
    },
  };
}
