// SPDX-License-Identifier: Apache-2.0
import { HOSTILE_GLTF } from './hostile-gltf';
import { HOSTILE_POSES } from './hostile-poses';
import { HOSTILE_TABLES } from './hostile-tables';
import type { HostileScene } from './scene-files';

/** Small generated scenes that need gigabytes, take minutes or cause a crash. */
export const HOSTILE_SCENES: readonly HostileScene[] = [...HOSTILE_GLTF, ...HOSTILE_TABLES, ...HOSTILE_POSES];
