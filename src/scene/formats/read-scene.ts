// SPDX-License-Identifier: Apache-2.0
import type { Object3D } from 'three';
import type { Sentence, UpAxis, Vec3 } from '../../contract';
import type { DecodePicture } from './sog';

/** The result of reading a file. */
export interface ReadScene {
  root: Object3D;
  up: UpAxis;
  /** The point in the file that coordinates are relative to, unless it is the file's own origin. */
  origin?: Vec3 | undefined;
  pointsInFile?: number | undefined;
  /** Notes about what was left out or assumed. */
  notes?: readonly Sentence[];
}

export interface ReadTools {
  /** Reads a companion file by the URI that another file gives; null if it was not opened with the scene. */
  find: (uri: string, from?: string) => Promise<Uint8Array<ArrayBuffer> | null>;
  onProgress: (done: number, total: number) => void;
  decodePicture: DecodePicture;
}
