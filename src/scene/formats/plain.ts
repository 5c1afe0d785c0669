// SPDX-License-Identifier: Apache-2.0
import { MeshStandardMaterial } from 'three';

/** Warm grey, darker than the ground: what a surface without a colour of its own is shown in. */
export const plain = (): MeshStandardMaterial => new MeshStandardMaterial({ color: '#8c857d', roughness: 0.8 });
