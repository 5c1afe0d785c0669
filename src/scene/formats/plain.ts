// SPDX-License-Identifier: Apache-2.0
import { MeshStandardMaterial } from 'three';

/** The material of surfaces without a colour of their own: warm grey, darker than the ground. */
export const plain = (): MeshStandardMaterial => new MeshStandardMaterial({ color: '#8c857d', roughness: 0.8 });
