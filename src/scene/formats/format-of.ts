// SPDX-License-Identifier: Apache-2.0
import { extensionOf } from '../../contract';

/** The format to read a file as: by its first bytes if they identify it, else by its name. */
export function formatOf(name: string, bytes: Uint8Array): string {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 24));
  if (head.startsWith('glTF')) return 'glb';
  if (/^ply\s/.test(head)) return 'ply';
  if (head.startsWith('Kaydara FBX')) return 'fbx';
  if (head.startsWith('LASF')) return 'las';
  if (head.startsWith('PXR-USDC') || head.startsWith('#usda')) return 'usd';
  return extensionOf(name);
}
