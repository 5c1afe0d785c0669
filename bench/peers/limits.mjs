// SPDX-License-Identifier: Apache-2.0
// Single products through onnxruntime-node, for the limits of the machine.
import ort from 'onnxruntime-node';

export async function open({ graphs, threads }) {
  const products = new Map();
  for (const { limit, file, input } of graphs) {
    const session = await ort.InferenceSession.create(file, { intraOpNumThreads: threads, logSeverityLevel: 3 });
    const length = input.shape.reduce((a, b) => a * b, 1);
    const data =
      input.type === 'uint8'
        ? Uint8Array.from({ length }, (_, i) => (i * 7919) % 251)
        : Float32Array.from({ length }, (_, i) => ((i * 7919) % 2003) / 1001 - 1);
    products.set(limit, { session, feeds: { [input.name]: new ort.Tensor(input.type, data, input.shape) } });
  }
  return {
    async product(limit) {
      const { session, feeds } = products.get(limit);
      await session.run(feeds);
    },
  };
}
