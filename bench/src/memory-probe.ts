// SPDX-License-Identifier: Apache-2.0
/**
 * Loads a model, prefills and decodes, and prints the memory that this used. It is a process of its own, because memory
 * that was used before would be reused unnoticed. Arguments: the model's folder, positions (0 only loads), bytes that
 * keys and values may take as floats, bytes of them held as floats at once in layer-by-layer prefill. Linux only.
 */

import { readFileSync } from 'node:fs';
import { readModelFolder } from '../../src/model';
import { choosePrecisions, loadModel, modelBytes, sequenceBytes } from '../../src/runtime';

const [dir = '', positions = '0', floatLimit = 'Infinity', floatsAtOnce = ''] = process.argv.slice(2);
const count = Number(positions);
const status = (field: string): number =>
  1024 * Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);

const folder = await readModelFolder(dir);
const before = status('VmRSS');
const model = await loadModel(folder, {
  threads: 1,
  floatsAtOnce: floatsAtOnce === '' ? undefined : Number(floatsAtOnce),
});
if (count > 0) {
  const { decoder, vision } = model;
  const features = await vision.encode(new Float32Array(3 * folder.imageSize ** 2));
  const embeds = new Float32Array(count * folder.hiddenSize).map((_, i) => 0.01 * Math.sin(i));
  embeds.set(features.subarray(0, embeds.length));
  const cache = decoder.newCache();
  await model.prefill(cache, embeds, { floatLimit: Number(floatLimit) });
  await decoder.step(cache, embeds.subarray(0, folder.hiddenSize));
}
process.stdout.write(
  JSON.stringify({
    held: status('VmHWM') - before,
    model: modelBytes(folder, choosePrecisions(folder, {})),
    sequence: count > 0 ? sequenceBytes(folder, count + 256, model.decoder.traits) : null,
  }),
);
process.exit(); // skip the cleanup
