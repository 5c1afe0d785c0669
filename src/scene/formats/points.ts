// SPDX-License-Identifier: Apache-2.0
import { BufferAttribute, BufferGeometry, Points, PointsMaterial, SRGBColorSpace, Color } from 'three';
import { isPlace } from '../../camera';
import { say, type Sentence, type UpAxis, type Vec3 } from '../../contract';
import { notA } from '../files/refusals';

/** A point cloud as the readers return it: positions in the file's units, colours 0 to 255 or none. */
export interface Cloud {
  positions: Float32Array;
  colours: Uint8Array | null;
  /** The point in the file that positions are relative to. */
  origin?: Vec3;
  /** Notes about what was left out or assumed. */
  notes?: readonly Sentence[];
}

/**
 * Makes a three.js object of a cloud. Points without a finite position are left out. Without colours, height is shown
 * in shades of grey.
 */
export function cloudObject(cloud: Cloud, up: UpAxis, title: string): Points {
  const { positions, colours } = spread(soundPoints(cloud));
  if (positions.length === 0) throw notA(title, say`is empty: there are no points in it`);
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(positions, 3));
  geometry.setAttribute(
    'color',
    new BufferAttribute(colours ? linear(colours) : greysByHeight(positions, up), 3, true),
  );
  return new Points(geometry, new PointsMaterial({ vertexColors: true }));
}

/** Smaller clouds keep the order of their file. */
const LARGE = 300_000;
const STRIDES = 64;

/**
 * Reorders the points so that any first part of them is spread over the whole cloud: every 64th, then those in between.
 */
function spread({ positions, colours }: Cloud): Cloud {
  const count = positions.length / 3;
  if (count < LARGE) return { positions, colours };
  const into = { positions: new Float32Array(positions.length), colours: colours && new Uint8Array(colours.length) };
  let to = 0;
  for (let pass = 0; pass < STRIDES; pass++) {
    // The bits of the pass number in reverse: 0, 32, 16, 48, ...
    let first = 0;
    for (let bit = 1; bit < STRIDES; bit *= 2) first = 2 * first + (pass & bit ? 1 : 0);
    for (let from = 3 * first; from < positions.length; from += 3 * STRIDES, to += 3) {
      for (let c = 0; c < 3; c++) {
        into.positions[to + c] = positions[from + c]!;
        if (into.colours) into.colours[to + c] = colours![from + c]!;
      }
    }
  }
  return into;
}

/** Removes points without a valid position. Sensors write NaN or the largest number for what they could not measure. */
function soundPoints({ positions, colours }: Cloud): Cloud {
  const count = positions.length / 3;
  let kept = 0;
  for (let k = 0; k < count; k++) {
    const sound = isPlace(positions[3 * k]!, positions[3 * k + 1], positions[3 * k + 2]);
    if (!sound) continue;
    if (kept !== k) {
      positions.copyWithin(3 * kept, 3 * k, 3 * k + 3);
      colours?.copyWithin(3 * kept, 3 * k, 3 * k + 3);
    }
    kept++;
  }
  return kept === count
    ? { positions, colours }
    : { positions: positions.slice(0, 3 * kept), colours: colours?.slice(0, 3 * kept) ?? null };
}

/** Converts sRGB bytes to the linear values the renderer needs, as 16-bit integers. */
export function linear(colours: Uint8Array): Uint16Array<ArrayBuffer> {
  const table = Uint16Array.from({ length: 256 }, (_, byte) =>
    Math.round(65535 * new Color().setRGB(byte / 255, 0, 0, SRGBColorSpace).r),
  );
  return Uint16Array.from(colours, (byte) => table[byte]!);
}

function greysByHeight(positions: Float32Array, up: UpAxis): Uint16Array {
  const axis = 'xyz'.indexOf(up.at(-1)!);
  let low = Infinity;
  let high = -Infinity;
  for (let at = axis; at < positions.length; at += 3) {
    low = Math.min(low, positions[at]!);
    high = Math.max(high, positions[at]!);
  }
  const span = high - low || 1;
  const greys = new Uint16Array(positions.length);
  for (let at = 0; at < positions.length; at += 3) {
    const height = (positions[at + axis]! - low) / span;
    const grey = 0.04 + 0.55 * (up.startsWith('-') ? 1 - height : height);
    greys.fill(65535 * grey, at, at + 3);
  }
  return greys;
}
