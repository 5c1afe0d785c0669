// SPDX-License-Identifier: Apache-2.0
// llama.cpp through node-llama-cpp's own program, prebuilt for this processor.
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';
import { tokens } from './random.mjs';

export async function open({ file, positions: room, words, threads }) {
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    maxThreads: 0,
    logLevel: LlamaLogLevel.error,
  });
  const model = await llama.loadModel({ modelPath: file });
  const context = await model.createContext({ contextSize: room, batchSize: 512, threads });
  const sequence = context.getSequence();
  const some = (positions) => tokens(positions, 256, words); // the first are single bytes
  const read = async (positions) => {
    await sequence.clearHistory();
    await sequence.evaluateWithoutGeneratingNewTokens(some(positions));
  };
  return {
    read,
    fill: read,
    async rewind(positions) {
      await sequence.eraseContextTokenRanges([{ start: positions, end: sequence.nextTokenIndex }]);
    },
    async write(count) {
      const stream = sequence.evaluate(some(1), { temperature: 0, yieldEogToken: true });
      for (let made = 0; made < count; made++) await stream.next();
      await stream.return();
    },
  };
}
