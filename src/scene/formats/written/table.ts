// SPDX-License-Identifier: Apache-2.0
import { strToU8 } from 'fflate';

/** A table with three boxes on it, as surfaces and as points: the content of all files here. */

export type Vec3 = [number, number, number];
export interface Box {
  min: Vec3;
  max: Vec3;
  colour: Vec3;
}

/** y is up; colours 0 to 1. */
export const BOXES: Box[] = [
  { min: [-1.2, 0, -0.8], max: [1.2, 0.12, 0.8], colour: [0.62, 0.44, 0.28] },
  { min: [-0.9, 0.12, -0.4], max: [-0.4, 0.9, 0.1], colour: [0.8, 0.2, 0.18] },
  { min: [-0.1, 0.12, -0.1], max: [0.35, 0.5, 0.35], colour: [0.2, 0.55, 0.3] },
  { min: [0.55, 0.12, -0.5], max: [0.95, 1.2, -0.1], colour: [0.2, 0.35, 0.75] },
];

export const TRIANGLES = BOXES.length * 12;

/** Corners of a box by their bits (x, y, z), and its faces as seen from outside. */
export const corner = ({ min, max }: Box, k: number): Vec3 => [
  (k & 1 ? max : min)[0],
  (k & 2 ? max : min)[1],
  (k & 4 ? max : min)[2],
];
export const FACES = [
  [0, 4, 6, 2],
  [1, 3, 7, 5],
  [0, 1, 5, 4],
  [2, 6, 7, 3],
  [0, 2, 3, 1],
  [4, 5, 7, 6],
] as const;

export const corners = (): { at: Vec3; colour: Vec3 }[] =>
  BOXES.flatMap((box) => Array.from({ length: 8 }, (_, k) => ({ at: corner(box, k), colour: box.colour })));
export const quads = (): number[][] => BOXES.flatMap((_, b) => FACES.map((face) => face.map((k) => 8 * b + k)));
export const triangles = (): [Vec3, Vec3, Vec3][] => {
  const all = corners();
  return quads().flatMap(([a, b, c, d]) =>
    [
      [a, b, c],
      [a, c, d],
    ].map((three) => three.map((k) => all[k!]!.at) as [Vec3, Vec3, Vec3]),
  );
};
/** With z up, as in formats of machines and maps. */
export const zUp = ([x, y, z]: Vec3): Vec3 => [x, -z, y];
export const bytesOf = ([r, g, b]: Vec3): Vec3 => [Math.round(255 * r), Math.round(255 * g), Math.round(255 * b)];

/** Points on the sides of the boxes. */
export const POINTS = ((): { at: Vec3; colour: Vec3 }[] => {
  const found: { at: Vec3; colour: Vec3 }[] = [];
  const steps = 14;
  for (const box of BOXES) {
    for (const face of FACES) {
      const [a, b, , d] = face.map((k) => corner(box, k)) as [Vec3, Vec3, Vec3, Vec3];
      for (let i = 0; i <= steps; i++) {
        for (let j = 0; j <= steps; j++) {
          const at = ([0, 1, 2] as const).map((c) => a[c] + ((b[c] - a[c]) * i + (d[c] - a[c]) * j) / steps) as Vec3;
          found.push({ at, colour: box.colour });
        }
      }
    }
  }
  return found;
})();

export function binary(bytes: number, write: (view: DataView) => void): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(bytes));
  write(view);
  return new Uint8Array(view.buffer);
}
export const withHead = (head: string, body: Uint8Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array([...strToU8(head), ...body]);
