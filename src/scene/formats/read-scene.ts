// SPDX-License-Identifier: Apache-2.0
import type { Object3D } from 'three';
import type { Sentence, UpAxis, Vec3 } from '../../contract';
import type { DecodePicture } from './sog';

/** What a file was read into. */
export interface ReadScene {
  root: Object3D;
  up: UpAxis;
  /** Where in the file its coordinates are counted from, where it is not the file's own origin. */
  origin?: Vec3 | undefined;
  pointsInFile?: number | undefined;
  /** What of the file was left out or assumed. */
  notes?: readonly Sentence[];
}

export interface ReadTools {
  /** A file that belongs to the scene, by an address in another; null if it was not opened with it. */
  find: (uri: string, from?: string) => Promise<Uint8Array<ArrayBuffer> | null>;
  onProgress: (done: number, total: number) => void;
  decodePicture: DecodePicture;
}
