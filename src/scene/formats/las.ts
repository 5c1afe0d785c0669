// SPDX-License-Identifier: Apache-2.0
import { createLazPerf } from 'laz-perf/lib/worker';
import lazPerfWasm from 'laz-perf/lib/worker/laz-perf.wasm?url';
import { say, type Vec3 } from '../../contract';
import type { Cloud } from './points';
import { Recentred } from './recentre';
import { notA, SMALL_CLOUD, stopsShort } from '../files/refusals';

/** A cloud with more points is thinned evenly: every second, third, ... point is shown. */
const SHOWN = 8_000_000;

/** Byte offset of red, green and blue in each point format that has them. */
const RGB_AT: Record<number, number> = { 2: 20, 3: 28, 5: 28, 7: 30, 8: 30, 10: 30 };
/** Minimum bytes of a point in each point format. */
const LEAST = [20, 28, 26, 34, 57, 63, 30, 36, 38, 59, 67];

export interface LasHeader {
  format: number;
  packed: boolean;
  count: number;
  recordLength: number;
  firstPoint: number;
  scale: [number, number, number];
  offset: [number, number, number];
}

/**
 * Reads the header of an LAS or LAZ file (1.0 to 1.4) and checks it against the size of the file.
 * @throws not-a-scene
 */
export function readLasHeader(bytes: Uint8Array, title: string): LasHeader {
  if (new TextDecoder('latin1').decode(bytes.subarray(0, 4)) !== 'LASF') throw notA(title, say`is not an LAS file`);
  if (bytes.byteLength < 227) throw stopsShort(title);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const minor = view.getUint8(25);
  const kind = view.getUint8(104);
  const three = (at: number): [number, number, number] => [
    view.getFloat64(at, true),
    view.getFloat64(at + 8, true),
    view.getFloat64(at + 16, true),
  ];
  const legacy = view.getUint32(107, true);
  const header: LasHeader = {
    format: kind & 0x3f,
    packed: kind >= 0x80,
    count:
      minor >= 4 && view.getUint16(94, true) >= 375 && bytes.byteLength >= 375
        ? Number(view.getBigUint64(247, true)) || legacy
        : legacy,
    recordLength: view.getUint16(105, true),
    firstPoint: view.getUint32(96, true),
    scale: three(131),
    offset: three(155),
  };
  const { format, packed, count, recordLength, firstPoint, scale, offset } = header;
  if ((LEAST[format] ?? Infinity) > recordLength)
    throw notA(title, say`has points of a kind that is not known`, `format ${format}, ${recordLength} bytes`);
  if (![...scale, ...offset].every(Number.isFinite) || scale.includes(0)) throw notA(title, say`has no valid scale`);
  if (firstPoint > bytes.byteLength || (!packed && firstPoint + count * recordLength > bytes.byteLength))
    throw stopsShort(title, `${count} points of ${recordLength} bytes from ${firstPoint}, ${bytes.byteLength} bytes`);
  // Even values that hardly change take a fraction of a byte per point.
  if (packed && count > SMALL_CLOUD && count > 2 * bytes.byteLength)
    throw stopsShort(title, `${count} points in ${bytes.byteLength} bytes`);
  return header;
}

/** Reads the points with their colours, or with their intensity if there are none. */
export async function readLas(
  bytes: Uint8Array<ArrayBuffer>,
  title: string,
  onProgress: (done: number, total: number) => void,
  origin?: Vec3,
): Promise<Cloud & { inFile: number }> {
  const header = readLasHeader(bytes, title);
  const { format, packed, count, recordLength, firstPoint } = header;
  const step = Math.max(1, Math.ceil(count / SHOWN));
  const sink = new PointSink(header, Math.ceil(count / step), origin);
  if (!packed) {
    for (let k = 0, taken = 0; k < count; k += step, taken++) {
      if (taken % 200_000 === 0) onProgress(k, count);
      sink.take(new DataView(bytes.buffer, bytes.byteOffset + firstPoint + k * recordLength, recordLength));
    }
    return { ...sink.cloud(), inFile: count };
  }
  const laz = await createLazPerf({ locateFile: () => lazPerfWasm });
  const reader = new laz.LASZip();
  const file = laz._malloc(bytes.byteLength);
  const point = laz._malloc(recordLength);
  try {
    laz.HEAPU8.set(bytes, file);
    reader.open(file, bytes.byteLength);
    if (reader.getPointFormat() !== format || reader.getPointLength() !== recordLength)
      throw notA(title, say`is not packed in the way it says`);
    for (let k = 0; k < count; k++) {
      reader.getPoint(point);
      if (k % step === 0) sink.take(new DataView(laz.HEAPU8.buffer, point, recordLength));
      if (k % 200_000 === 0) onProgress(k, count);
    }
  } catch (thrown) {
    // The decoder throws numbers, or traps if the data ends too soon.
    if (typeof thrown === 'number' || thrown instanceof WebAssembly.RuntimeError)
      throw notA(title, say`is damaged`, String(thrown));
    throw thrown;
  } finally {
    reader.delete();
  }
  return { ...sink.cloud(), inFile: count };
}

class PointSink {
  private readonly positions: Float32Array;
  private readonly values: Uint16Array;
  private readonly place: Recentred;
  private readonly rgbAt: number | undefined;
  private taken = 0;

  constructor(
    private readonly header: LasHeader,
    count: number,
    origin: Vec3 | undefined,
  ) {
    this.place = new Recentred(origin);
    this.positions = new Float32Array(count * 3);
    this.values = new Uint16Array(count * 3);
    this.rgbAt = RGB_AT[header.format];
  }

  take(point: DataView): void {
    const { scale, offset } = this.header;
    const at = 3 * this.taken++;
    const axis = (k: 0 | 1 | 2): number => point.getInt32(4 * k, true) * scale[k] + offset[k];
    this.place.put(this.positions, at, axis(0), axis(1), axis(2));
    for (let c = 0; c < 3; c++)
      this.values[at + c] = point.getUint16(this.rgbAt === undefined ? 12 : this.rgbAt + 2 * c, true);
  }

  cloud(): Cloud {
    let most = 0;
    for (const value of this.values) most = Math.max(most, value);
    // Colours should be 16 bits wide, but some programs write 8 bits; intensity has no fixed scale.
    const scale = this.rgbAt === undefined ? 255 / (most || 1) : most > 255 ? 255 / 65535 : 1;
    const colours = most === 0 ? null : Uint8Array.from(this.values, (value) => value * scale);
    return { positions: this.positions, colours, origin: this.place.origin };
  }
}
