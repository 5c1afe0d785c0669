// SPDX-License-Identifier: Apache-2.0
/** GLB files made for tests. */

/** A GLB with this JSON and this binary data; `bend` changes the finished file. */
export function glb(json: unknown, bin = new Uint8Array(0), bend?: (view: DataView) => void): ArrayBuffer {
  const text = new TextEncoder().encode(typeof json === 'string' ? json : JSON.stringify(json));
  const pad = (n: number) => (4 - (n % 4)) % 4;
  const jsonSize = text.length + pad(text.length);
  const binSize = bin.length + pad(bin.length);
  const file = new ArrayBuffer(12 + 8 + jsonSize + (binSize > 0 ? 8 + binSize : 0));
  const view = new DataView(file);
  const bytes = new Uint8Array(file);
  [0x46546c67, 2, file.byteLength, jsonSize, 0x4e4f534a].forEach((value, i) => view.setUint32(4 * i, value, true));
  bytes.fill(0x20, 20, 20 + jsonSize);
  bytes.set(text, 20);
  if (binSize > 0) {
    view.setUint32(20 + jsonSize, binSize, true);
    view.setUint32(24 + jsonSize, 0x004e4942, true);
    bytes.set(bin, 28 + jsonSize);
  }
  bend?.(view);
  return file;
}

/** A triangle without indices. */
export const triangle = {
  asset: { version: '2.0' },
  scene: 0,
  scenes: [{ nodes: [0] }],
  nodes: [{ mesh: 0 }],
  meshes: [{ primitives: [{ attributes: { POSITION: 0 } }] }],
  accessors: [{ bufferView: 0, componentType: 5126, count: 3, type: 'VEC3', min: [0, 0, 0], max: [1, 1, 0] }],
  bufferViews: [{ buffer: 0, byteLength: 36 }],
  buffers: [{ byteLength: 36 }],
};
/** Its corners. */
export const corners = new Uint8Array(new Float32Array([0, 0, 0, 1, 0, 0, 0, 1, 0]).buffer);
