// SPDX-License-Identifier: Apache-2.0
// The published graphs, run by onnxruntime-node in a loop with nothing round it: what an export can do at best.
import { join } from 'node:path';
import ort from 'onnxruntime-node';
import { floats } from './random.mjs';

export async function open({ folder, decoder, hidden, layers, heads, side, threads }) {
  const opened = new Map();
  const session = async (name) => {
    if (!opened.has(name)) {
      const path = join(folder, 'onnx', `${name}.onnx`);
      opened.set(name, await ort.InferenceSession.create(path, { intraOpNumThreads: threads, logSeverityLevel: 3 }));
    }
    return opened.get(name);
  };
  const names = Array.from({ length: layers }, (_, i) => [`${i}.key`, `${i}.value`]).flat();
  const past = (length) => {
    const shape = [1, heads, length, hidden / heads];
    return Object.fromEntries(
      names.map((name) => [`past_key_values.${name}`, new ort.Tensor('float32', floats(hidden * length), shape)]),
    );
  };
  let start = past(0); // what `rewind` goes back to
  let held = start;
  const length = () => held['past_key_values.0.key'].dims[2];
  const forward = async (count) => {
    const from = length();
    const results = await (
      await session(decoder)
    ).run({
      inputs_embeds: new ort.Tensor('float32', floats(count * hidden), [1, count, hidden]),
      attention_mask: new ort.Tensor('int64', new BigInt64Array(from + count).fill(1n), [1, from + count]),
      position_ids: new ort.Tensor(
        'int64',
        BigInt64Array.from({ length: count }, (_, i) => BigInt(from + i)),
        [1, count],
      ),
      ...held,
    });
    held = Object.fromEntries(names.map((name) => [`past_key_values.${name}`, results[`present.${name}`]]));
  };
  return {
    async read(positions) {
      start = held = past(0);
      await forward(positions);
      start = held;
    },
    // A past of random numbers is as long to read as one that was made of a prompt.
    async fill(positions) {
      start = held = past(positions);
    },
    async rewind() {
      held = start;
    },
    async write(count) {
      for (let i = 0; i < count; i++) await forward(1);
    },
    async look() {
      const pixels = new ort.Tensor('float32', floats(3 * side * side), [1, 3, side, side]);
      await (await session('vision_encoder')).run({ pixel_values: pixels });
    },
  };
}
