// SPDX-License-Identifier: Apache-2.0
import { say, type Vec3 } from '../../contract';
import { isPlace } from '../bounds';
import type { Lens } from '../lens';
import { fromPositionQuaternion, fromWorldToCameraCv } from '../pose';
import type { PosedPicture } from './pose-files';
import { badPoses, isLens, numbers, panorama, posedPicture, words, type Panorama } from './read-poses';

/** A COLMAP model, as text or as its binary files. */
export interface ColmapFiles {
  cameras: string | Uint8Array;
  images: string | Uint8Array;
}

/** A coloured point cloud: x, y, z and red, green, blue (0 to 255) of each point. */
export interface ColouredPoints {
  positions: Float32Array<ArrayBuffer>;
  colours: Uint8Array<ArrayBuffer>;
}

/** COLMAP's camera models, indexed by their number in binary files: name, parameters, number of focal lengths. */
const MODELS = [
  ['SIMPLE_PINHOLE', 3, 1],
  ['PINHOLE', 4, 2],
  ['SIMPLE_RADIAL', 4, 1],
  ['RADIAL', 5, 1],
  ['OPENCV', 8, 2],
  ['OPENCV_FISHEYE', 8, 2],
  ['FULL_OPENCV', 12, 2],
  ['FOV', 5, 2],
  ['SIMPLE_RADIAL_FISHEYE', 4, 1],
  ['RADIAL_FISHEYE', 5, 1],
  ['THIN_PRISM_FISHEYE', 12, 2],
  ['RAD_TAN_THIN_PRISM_FISHEYE', 16, 2],
  ['SIMPLE_DIVISION', 4, 1],
  ['DIVISION', 5, 2],
  ['SIMPLE_FISHEYE', 3, 1],
  ['FISHEYE', 4, 2],
  ['EUCM', 6, 2],
  ['EQUIRECTANGULAR', 2, 0],
] as const;

type Model = (typeof MODELS)[number];

/**
 * The cameras of a COLMAP model, converted from world to camera in OpenCV axes to our convention.
 * @throws ZoetropeError `poses-unreadable`.
 */
export function readColmapFiles({ cameras, images }: ColmapFiles): PosedPicture[] {
  const lenses = typeof cameras === 'string' ? lensesOfText(cameras) : lensesOfBytes(cameras);
  const file = typeof images === 'string' ? 'images.txt' : 'images.bin';
  const placed = typeof images === 'string' ? imagesOfText(images) : imagesOfBytes(images);
  return placed.map(({ name, turn: [w, x, y, z], shift, camera }) => {
    const lens = lenses.get(camera);
    if (!lens) throw badPoses(file, say`names camera ${camera}, which is not there`);
    const size = Math.hypot(w, x, y, z);
    if (!(size > 1e-9) || !Number.isFinite(size) || !isPlace(...shift))
      throw badPoses(file, say`has a camera that is not valid (${name})`);
    const worldToCamera = fromPositionQuaternion(shift, [x / size, y / size, z / size, w / size]);
    return posedPicture(name, fromWorldToCameraCv(worldToCamera), lens);
  });
}

const NOWHERE = /^[-+]?(?:nan|inf|infinity)$/i;

/** The points of a COLMAP model, relative to `origin`. @throws ZoetropeError `poses-unreadable`. */
export function readColmapPoints(file: string | Uint8Array, origin: Vec3 = [0, 0, 0]): ColouredPoints {
  if (typeof file === 'string') {
    const rows = dataLines(file).map((line) => {
      const row = numbers(
        words(line)
          .slice(1, 7)
          .map((word) => (NOWHERE.test(word) ? '1e300' : word)),
      ); // not a valid point
      if (row?.length !== 6) throw badPoses('points3D.txt', say`has a line that is not a point`, line.slice(0, 120));
      return row;
    });
    return colouredPoints(rows.length, origin, (k) => rows[k]!);
  }
  const read = new Reader(file, 'points3D.bin');
  return colouredPoints(read.count(43), origin, () => {
    read.skip(8);
    const row = [read.f64(), read.f64(), read.f64(), read.u8(), read.u8(), read.u8()];
    read.skip(8);
    read.skip(8 * read.count(8));
    return row;
  });
}

function colouredPoints(count: number, origin: Vec3, row: (k: number) => readonly number[]): ColouredPoints {
  const positions = new Float32Array(count * 3);
  const colours = new Uint8Array(count * 3);
  for (let k = 0; k < count; k++) {
    const values = row(k);
    origin.forEach((from, axis) => (positions[3 * k + axis] = values[axis]! - from));
    colours.set(values.slice(3), 3 * k);
  }
  return { positions, colours };
}

interface PlacedImage {
  name: string;
  /** w, x, y, z. */
  turn: [number, number, number, number];
  shift: [number, number, number];
  camera: number;
}

const dataLines = (text: string): string[] =>
  text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));

function lensOf(
  file: string,
  [model, parameters, focals]: Model,
  width: number,
  height: number,
  values: readonly number[],
): Lens | Panorama {
  if (focals === 0) {
    const whole = panorama(height);
    if (whole && values.length === parameters) return whole;
    throw badPoses(file, say`has a camera that is not valid`, `${model} ${width} ${height}`);
  }
  const [fx = NaN, second = NaN, third = NaN, fourth = NaN] = values;
  const lens = {
    fx,
    fy: focals === 2 ? second : fx,
    cx: focals === 2 ? third : second,
    cy: focals === 2 ? fourth : third,
    width,
    height,
    distorted: values.slice(focals + 2).some((k) => k !== 0) || model.includes('FISHEYE'),
  };
  if (values.length !== parameters || !isLens(lens))
    throw badPoses(file, say`has a camera that is not valid`, `${model} ${width} ${height} ${values.join(' ')}`);
  return lens;
}

function lensesOfText(text: string): Map<number, Lens | Panorama> {
  return new Map(
    dataLines(text).map((line) => {
      const [id, name, ...rest] = words(line);
      const model = MODELS.find(([known]) => known === name);
      const values = numbers(rest);
      if (!model || !values) throw badPoses('cameras.txt', say`has a line that is not a camera`, line.slice(0, 120));
      return [Number(id), lensOf('cameras.txt', model, values[0] ?? NaN, values[1] ?? NaN, values.slice(2))];
    }),
  );
}

function imagesOfText(text: string): PlacedImage[] {
  const lines = text.split(/\r?\n/);
  const found: PlacedImage[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!.trim();
    if (line === '' || line.startsWith('#')) continue;
    at++; // the line after an image holds its points, and may be empty
    const row = words(line);
    const values = numbers(row.slice(1, 9));
    const name = line.split(/\s+/, 9).length === 9 ? line.replace(/^(\S+\s+){9}/, '') : '';
    if (values?.length !== 8 || name === '')
      throw badPoses('images.txt', say`has a line that is not a picture`, line.slice(0, 120));
    const [w, x, y, z, tx, ty, tz, camera] = values as [number, number, number, number, number, number, number, number];
    found.push({ name, turn: [w, x, y, z], shift: [tx, ty, tz], camera });
  }
  return found;
}

function lensesOfBytes(bytes: Uint8Array): Map<number, Lens | Panorama> {
  const read = new Reader(bytes, 'cameras.bin');
  return new Map(
    Array.from({ length: read.count(24) }, () => {
      const id = read.u32();
      const number = read.u32();
      const model = MODELS[number];
      if (!model) throw badPoses('cameras.bin', say`has a camera model that is not known (${number})`);
      const width = read.u64();
      const height = read.u64();
      return [
        id,
        lensOf(
          'cameras.bin',
          model,
          width,
          height,
          Array.from({ length: model[1] }, () => read.f64()),
        ),
      ];
    }),
  );
}

function imagesOfBytes(bytes: Uint8Array): PlacedImage[] {
  const read = new Reader(bytes, 'images.bin');
  return Array.from({ length: read.count(73) }, () => {
    read.skip(4);
    const turn: PlacedImage['turn'] = [read.f64(), read.f64(), read.f64(), read.f64()];
    const shift: PlacedImage['shift'] = [read.f64(), read.f64(), read.f64()];
    const camera = read.u32();
    const name = read.text();
    read.skip(24 * read.count(24));
    return { name, turn, shift, camera };
  });
}

/** Reads consecutive little-endian numbers; never past the end. */
class Reader {
  private at = 0;
  private readonly view: DataView;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly file: string,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8 = (): number => this.view.getUint8(this.take(1));
  u32 = (): number => this.view.getUint32(this.take(4), true);
  f64 = (): number => this.view.getFloat64(this.take(8), true);
  u64 = (): number => Number(this.view.getBigUint64(this.take(8), true));

  /** Reads a count of items of at least `size` bytes that follow; throws if they cannot fit. */
  count(size: number): number {
    const count = this.u64();
    if (count > (this.bytes.length - this.at) / size) throw this.cutOff();
    return count;
  }

  skip(bytes: number): void {
    this.take(bytes);
  }

  text(): string {
    const end = this.bytes.indexOf(0, this.at);
    if (end < 0) throw this.cutOff();
    const text = new TextDecoder().decode(this.bytes.subarray(this.at, end));
    this.at = end + 1;
    return text;
  }

  private take(bytes: number): number {
    const from = this.at;
    if (from + bytes > this.bytes.length) throw this.cutOff();
    this.at += bytes;
    return from;
  }

  private cutOff(): Error {
    return badPoses(this.file, say`stops short: part of it is missing`, `byte ${this.at} of ${this.bytes.length}`);
  }
}
