// SPDX-License-Identifier: Apache-2.0
/**
 * Reads SQLite's write-ahead log (the `-wal` file, https://sqlite.org/fileformat.html#walformat) when it is damaged.
 * SQLite ignores a log from the first frame with a wrong checksum on, and loses every later commit. Here a flipped bit
 * is corrected, and frames that are known to have been written completely are read in any case.
 */
export interface Log {
  pageSize: number;
  /** The contents of the committed frames, by page number. */
  pages: ReadonlyMap<number, Uint8Array>;
  /** Number of pages of the database after the last commit. Undefined if there is none. */
  pageCount: number | undefined;
  /** Whether anything in the log differs from what was written. */
  damaged: boolean;
}

type Sum = readonly [number, number];

const MAGIC = 0x377f0682; // the last bit gives the byte order of the checksums
const HEADER = 32;
const FRAME_HEADER = 24;
const PAGE_SIZE = 4096;

const same = (a: Sum, b: Sum): boolean => a[0] === b[0] && a[1] === b[1];
const bitsIn = (n: number): number => n.toString(2).replaceAll('0', '').length;
const bitsApart = (a: Sum, b: Sum): number => bitsIn((a[0] ^ b[0]) >>> 0) + bitsIn((a[1] ^ b[1]) >>> 0);

export function readLog(file: Uint8Array): Log {
  const bytes = Uint8Array.from(file);
  const log = {
    pageSize: PAGE_SIZE,
    pages: new Map<number, Uint8Array>(),
    pageCount: undefined as number | undefined,
    damaged: false,
  };
  if (bytes.length < HEADER + FRAME_HEADER) return log;
  const view = new DataView(bytes.buffer);
  const pair = (at: number): Sum => [view.getUint32(at), view.getUint32(at + 4)];
  const littleEndian = (): boolean => (view.getUint8(3) & 1) === 0;

  const headerSum = (): Sum => checksum(view, 0, 24, [0, 0], littleEndian());
  const headerIsRight = (): boolean =>
    same(headerSum(), pair(24)) && view.getUint32(0) >>> 1 === MAGIC >>> 1 && isPageSize(view.getUint32(8));
  if (!headerIsRight()) {
    log.damaged = true;
    if (!repairBit(bytes, [[0, HEADER]], () => headerIsRight() && same(pair(16), pair(HEADER + 8)))) return log;
  }
  log.pageSize = view.getUint32(8);
  const salt = pair(16);
  const stride = FRAME_HEADER + log.pageSize;
  const count = Math.floor((bytes.length - HEADER) / stride);
  const startOf = (frame: number): number => HEADER + frame * stride;
  const storedOf = (frame: number): Sum => (frame < 0 ? pair(24) : pair(startOf(frame) + 16));
  const isOurs = (frame: number): boolean => same(pair(startOf(frame) + 8), salt);
  const sumOf = (frame: number, before: Sum): Sum => {
    const head = checksum(view, startOf(frame), 8, before, littleEndian());
    return checksum(view, startOf(frame) + FRAME_HEADER, log.pageSize, head, littleEndian());
  };

  // Frames are written in order. So all frames before one whose checksum follows from its predecessor were written
  // completely.
  let last = -1;
  for (let frame = 0; frame < count; frame++)
    if (isOurs(frame) && same(sumOf(frame, storedOf(frame - 1)), storedOf(frame))) last = frame;

  let before = storedOf(-1);
  let open: [number, Uint8Array][] = [];
  for (let frame = 0; frame < count; frame++) {
    const at = startOf(frame);
    if (!isOurs(frame) || !same(sumOf(frame, before), storedOf(frame))) {
      const bySalt = bitsApart(pair(at + 8), salt);
      const sum = sumOf(frame, before);
      const bySum = bitsApart(sum, storedOf(frame));
      // One flipped bit in the salt, in the checksum, or in the checksummed data. If several bits are possible, as for
      // the highest bit of a word, the frame is not changed; its rows have checksums of their own.
      const isOneBit =
        (bySalt === 1 && bySum === 0) ||
        (bySalt === 0 &&
          (repairSummed(
            view,
            [
              [at, at + 8],
              [at + FRAME_HEADER, at + stride],
            ],
            sum,
            storedOf(frame),
            littleEndian(),
          ) ||
            bySum === 1));
      if (!isOneBit && frame > last) break; // the end of the log, or a commit that was never finished
      log.damaged = true;
      before =
        bySum === 1 && frame + 1 < count && same(sumOf(frame + 1, sum), storedOf(frame + 1)) ? sum : storedOf(frame);
      if (!isOneBit && bySalt > 0) continue;
    } else before = storedOf(frame);
    const [page, pageCount] = pair(at);
    open.push([page, bytes.subarray(at + FRAME_HEADER, at + stride)]);
    if (pageCount === 0) continue;
    for (const [number, content] of open) log.pages.set(number, content);
    log.pageCount = pageCount;
    open = [];
  }
  return log;
}

export const isPageSize = (size: number): boolean => size >= 512 && size <= 65536 && (size & (size - 1)) === 0;

function checksum(view: DataView, from: number, length: number, [a, b]: Sum, littleEndian: boolean): Sum {
  for (let at = from; at < from + length; at += 8) {
    a = (a + view.getUint32(at, littleEndian) + b) >>> 0;
    b = (b + view.getUint32(at + 4, littleEndian) + a) >>> 0;
  }
  return [a, b];
}

/**
 * Corrects a flipped bit in the checksummed data of a frame. It is found by arithmetic: a bit changes the checksum by a
 * power of two, multiplied by the effect that its word has on the final checksum.
 * @returns whether any bit explains the difference. It is corrected only if it is the only one.
 */
function repairSummed(
  view: DataView,
  ranges: readonly (readonly [number, number])[],
  sum: Sum,
  wanted: Sum,
  littleEndian: boolean,
): boolean {
  const change: Sum = [(wanted[0] - sum[0]) | 0, (wanted[1] - sum[1]) | 0];
  const found: [number, number][] = [];
  // The effect of a change in either half of the checksum at this point, [on the first, on the second half], at the
  // end.
  let [aa, ab, ba, bb] = [1, 0, 0, 1];
  for (const [from, to] of ranges.toReversed()) {
    for (let at = to - 8; at >= from; at -= 8) {
      for (const [word, a, b] of [
        [at, aa + ba, ab + bb],
        [at + 4, ba, bb],
      ] as const) {
        const value = view.getUint32(word, littleEndian);
        for (let bit = 0; bit < 32; bit++) {
          const step = (value >>> bit) & 1 ? -(1 << bit) : 1 << bit;
          if (Math.imul(a, step) === change[0] && Math.imul(b, step) === change[1])
            found.push([word, (value ^ (1 << bit)) >>> 0]);
        }
      }
      // One pair of words earlier: the second half is added to the first, then the first to the second.
      [aa, ab, ba, bb] = [(aa + ba) | 0, (ab + bb) | 0, (aa + 2 * ba) | 0, (ab + 2 * bb) | 0];
    }
  }
  const [only, ...more] = found;
  if (only && more.length === 0) view.setUint32(only[0], only[1], littleEndian);
  return only !== undefined;
}

/**
 * Flips one bit after the other. If exactly one of them makes the data correct, it stays flipped. @returns whether any
 * did.
 */
export function repairBit(
  bytes: Uint8Array,
  ranges: readonly (readonly [number, number])[],
  isRight: () => boolean,
): boolean {
  const found: [number, number][] = [];
  for (const [from, to] of ranges) {
    for (let at = from; at < Math.min(to, bytes.length); at++) {
      for (let bit = 1; bit < 256; bit <<= 1) {
        bytes[at]! ^= bit;
        if (isRight()) found.push([at, bit]);
        bytes[at]! ^= bit;
      }
    }
  }
  const [only, ...more] = found;
  if (only && more.length === 0) bytes[only[0]]! ^= only[1];
  return only !== undefined;
}
