// SPDX-License-Identifier: Apache-2.0
import { ImageLoader, type Texture } from 'three';
import { dataUriBytes } from '../validate/data-uri';
import type { SerializedPicture } from './serialized';

/**
 * Browser features that three's loaders expect and a worker lacks. Pictures are not decoded here: a texture keeps the
 * address of its picture, or the bytes embedded in the file, for the page to decode. Nothing is ever fetched.
 */
const inside = new Map<string, Blob>();

export function standInForThePage(): void {
  // The FBX loader needs it for the shape of a camera.
  Object.assign(globalThis, { window: { innerWidth: 1, innerHeight: 1 } });
  URL.createObjectURL = (blob) => {
    const address = `inside:${inside.size}`;
    inside.set(address, blob as Blob);
    return address;
  };
  URL.revokeObjectURL = () => undefined; // the bytes are needed later
  ImageLoader.prototype.load = function (url, onLoad) {
    const image = { address: url } as unknown as HTMLImageElement;
    onLoad?.(image);
    return image;
  };
}

/** The pictures embedded in the file, by the addresses they were given. */
export async function readInside(): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const read = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const [address, blob] of inside) read.set(address, new Uint8Array(await blob.arrayBuffer()));
  return read;
}

/** Returns a function that finds each texture's picture. The same address always gives the same object. */
export function pictureFinder(
  bytesInside: ReadonlyMap<string, Uint8Array<ArrayBuffer>>,
): (texture: Texture) => SerializedPicture | null {
  const known = new Map<string, SerializedPicture | null>();
  return ({ image }) => {
    const address = (image as { address?: unknown } | null)?.address;
    if (typeof address !== 'string' || address === '') return null;
    if (!known.has(address)) {
      const bytes = bytesInside.get(address) ?? dataUriBytes(address);
      known.set(address, bytes ? { bytes } : /^(inside|data):/i.test(address) ? null : { uri: address });
    }
    return known.get(address) ?? null;
  };
}
