// SPDX-License-Identifier: Apache-2.0
import { parseJson } from './json';
import type { Glb } from './glb';

/** Bytes of a component by glTF's component type. */
const COMPONENT_BYTES: Readonly<Record<number, number>> = { 5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4 };
/** Buffer views may overlap. Separate copies of them may take up to this many times the original size. */
const MOST_COPIES = 4;
const up4 = (bytes: number): number => Math.ceil(bytes / 4) * 4;

/**
 * Rewrites a scene as a GLB whose buffer views all begin at multiples of 4 bytes; null if that is not needed. glTF
 * requires it, but some exporters get it wrong and most viewers read such files anyway.
 */
export function aligned({ json, gltf, buffers, looseChunks }: Glb, name: string): ArrayBuffer | null {
  const views = gltf.bufferViews;
  if (views.some(({ extensions }) => extensions?.EXT_meshopt_compression ?? extensions?.KHR_meshopt_compression))
    return null;
  const loose = gltf.accessors.some(({ bufferView, componentType }) => {
    const view = bufferView === undefined ? undefined : views[bufferView];
    return view !== undefined && view.byteOffset % (COMPONENT_BYTES[componentType] ?? 1) !== 0;
  });
  if (!loose && !looseChunks) return null;
  const bytesOf = views.map(({ buffer, byteOffset, byteLength }) =>
    buffers[buffer]?.subarray(byteOffset, byteOffset + byteLength),
  );
  const offsets: number[] = [];
  let size = 0;
  for (const [k, bytes] of bytesOf.entries()) {
    if (bytes?.byteLength !== views[k]!.byteLength) return null; // the checks that follow report the error
    offsets.push(size);
    size += up4(bytes.byteLength);
  }
  const stored = buffers.reduce((sum, bytes) => sum + (bytes?.byteLength ?? 0), 0);
  if (size > MOST_COPIES * stored + 4 * views.length) return null;
  const document = parseJson(json, name) as { bufferViews?: object[]; buffers: object[] };
  document.bufferViews = document.bufferViews?.map((view, k) => ({ ...view, buffer: 0, byteOffset: offsets[k] }));
  document.buffers = [{ byteLength: size }];
  const file = glbOf(new TextEncoder().encode(JSON.stringify(document)), size);
  bytesOf.forEach((bytes, k) => file.bin.set(bytes!, offsets[k]));
  return file.bytes;
}

/** A GLB with this JSON and room for `size` bytes of binary data. */
function glbOf(json: Uint8Array, size: number): { bytes: ArrayBuffer; bin: Uint8Array } {
  const words = up4(json.byteLength);
  const bytes = new ArrayBuffer(12 + 8 + words + 8 + size);
  const view = new DataView(bytes);
  [0x46546c67, 2, bytes.byteLength, words, 0x4e4f534a].forEach((value, k) => view.setUint32(4 * k, value, true));
  const text = new Uint8Array(bytes, 20, words).fill(0x20);
  text.set(json);
  view.setUint32(20 + words, size, true);
  view.setUint32(24 + words, 0x004e4942, true);
  return { bytes, bin: new Uint8Array(bytes, 28 + words, size) };
}
