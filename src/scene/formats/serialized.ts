// SPDX-License-Identifier: Apache-2.0
import type { Sentence, UpAxis, Vec3 } from '../../contract';

/** A scene as it leaves the worker that read it: plain data, its arrays handed over and not copied. */
export interface SerializedScene {
  /** Parents before their children. */
  nodes: SerializedNode[];
  geometries: SerializedGeometry[];
  materials: SerializedMaterial[];
  pictures: SerializedPicture[];
  /** Which way is up in the file. */
  up: UpAxis;
  /** Where in the file its coordinates are counted from. */
  origin: Vec3;
  /** Points the file holds; fewer may be shown. */
  pointsInFile: number;
  /** What of the file was left out or assumed. */
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

/** A picture inside the file, or the address of one beside it. */
export type SerializedPicture = { bytes: Uint8Array<ArrayBuffer> } | { uri: string };

/** What the page asks of the worker, once. */
export interface ReadRequest {
  format: string;
  /** The file's name in its scene, for addresses relative to it, and what the user calls the scene. */
  main: string;
  title: string;
  /** Where its coordinates are to be counted from; without it, from near its first point where they are large. */
  origin?: Vec3 | undefined;
  bytes: Uint8Array<ArrayBuffer>;
}
