// SPDX-License-Identifier: Apache-2.0
import type { Sentence, UpAxis, Vec3 } from '../../contract';

/** A scene as it leaves the worker that read it: plain data, whose buffers are transferred and not copied. */
export interface SerializedScene {
  /** Parents before their children. */
  nodes: SerializedNode[];
  geometries: SerializedGeometry[];
  materials: SerializedMaterial[];
  pictures: SerializedPicture[];
  /** The axis of the file that is up. */
  up: UpAxis;
  /** The point in the file that coordinates are relative to. */
  origin: Vec3;
  /** Points in the file; fewer may be shown. */
  pointsInFile: number;
  /** Notes about what was left out or assumed. */
  notes: readonly Sentence[];
}

export interface SerializedNode {
  name: string;
  parent: number | null;
  matrix: number[];
  kind: 'group' | 'mesh' | 'points' | 'lines' | 'strip' | 'splats';
  geometry: number | null;
  materials: number[];
}

export type NumberArray =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array
  | Int8Array
  | Int16Array
  | Int32Array;

export interface SerializedGeometry {
  attributes: Record<string, { array: NumberArray; itemSize: number; normalized: boolean }>;
  index: NumberArray | null;
  groups: { start: number; count: number; materialIndex: number }[];
}

export const MAP_NAMES = [
  'map',
  'normalMap',
  'bumpMap',
  'alphaMap',
  'emissiveMap',
  'roughnessMap',
  'metalnessMap',
  'aoMap',
] as const;
export type MapName = (typeof MAP_NAMES)[number];

export interface SerializedMap {
  picture: number;
  wrap: [number, number];
  repeat: [number, number];
  offset: [number, number];
  rotation: number;
  srgb: boolean;
}

export interface SerializedMaterial {
  name: string;
  /** Linear red, green, blue. */
  colour: [number, number, number];
  emissive: [number, number, number];
  opacity: number;
  transparent: boolean;
  alphaTest: number;
  roughness: number;
  metalness: number;
  vertexColours: boolean;
  flat: boolean;
  unlit: boolean;
  maps: Partial<Record<MapName, SerializedMap>>;
}

/** The bytes of an embedded picture, or the URI of one beside the file. */
export type SerializedPicture = { bytes: Uint8Array<ArrayBuffer> } | { uri: string };

/** The page's request to the worker, sent once. */
export interface ReadRequest {
  format: string;
  /** The file's name in its scene, which URIs are relative to, and the scene's name as the user knows it. */
  main: string;
  title: string;
  /** The point to make coordinates relative to; without it, one near the first point if they are large. */
  origin?: Vec3 | undefined;
  bytes: Uint8Array<ArrayBuffer>;
}
