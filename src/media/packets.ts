// SPDX-License-Identifier: Apache-2.0
/** The frames of a video in the order they are shown, as columns (an hour at 60 fps is 216,000 of them). */
export interface FrameTable {
  /** Presentation time of each frame in ticks of `timeBase`, ascending. */
  pts: Float64Array;
  /** Seconds in a tick, as a fraction. */
  timeBase: [number, number];
  /**
   * Places, in `pts`, of the keyframes, ascending. (Frames before the first one are decoded from the start of the
   * file.)
   */
  keyframes: Uint32Array;
  /** How long the last frame is shown, in ticks; 0 if unknown. */
  lastDuration: number;
  /**
   * How ffmpeg finds a frame. `pts`: by its time. Where times are made up, by its ordinal: `n`, as ffmpeg counts, or
   * `order`, by counting the output, where ffmpeg's own count restarts (it does whenever the picture's size changes).
   */
  by: 'pts' | 'n' | 'order';
  /**
   * The largest distance, in frames, from a frame to a later shown one that is decoded before it, and that it may
   * reference.
   */
  reach: number;
}

const KEY = 0x1;
const DISCARD = 0x4;
const NO_PTS = '-9223372036854775808';

/** Reads `-c copy -f framecrc` line by line. Lines: `stream, dts, pts, duration, size, crc[, F=0xflags][, S=...]`. */
export class PacketIndex {
  private timeBase: [number, number] | undefined;
  private readonly pts: number[] = [];
  private readonly duration: number[] = [];
  private readonly key: boolean[] = [];
  private firstKey = Infinity;
  private unusable: 'missing-pts' | undefined;
  /** When the last packet ends, in ticks, whether or not it holds a picture. */
  private end = -Infinity;
  /** Number of packets, including those that are not shown. */
  listed = 0;
  /** Largest pts so far, in seconds: for progress. */
  seconds = 0;

  add(line: string): void {
    const tb = /^#tb 0: (\d+)\/(\d+)/.exec(line);
    if (tb) this.timeBase = [Number(tb[1]), Number(tb[2])];
    if (line.startsWith('#') || line === '' || !this.timeBase) return;
    const fields = line.split(',');
    if (fields.length < 6) return;
    this.listed++;
    const ptsText = fields[2]!.trim();
    const flagField = fields.find((field) => field.startsWith(' F='));
    // A line without a flag field means that only the key flag is set.
    const flags = flagField ? Number.parseInt(flagField.slice(3), 16) : KEY;
    const pts = Number(ptsText);
    // An empty packet means that the picture before it stays on screen.
    if (Number(fields[4]) === 0) {
      if (ptsText !== NO_PTS) this.end = Math.max(this.end, pts + Number(fields[3]));
      return;
    }
    // A keyframe discarded by an edit list is not shown, but later frames are decoded from it.
    if (flags & KEY) this.firstKey = Math.min(this.firstKey, pts);
    if (flags & DISCARD) return;
    if (ptsText === NO_PTS) this.unusable = 'missing-pts';
    this.pts.push(pts);
    this.duration.push(Number(fields[3]));
    this.key.push((flags & KEY) !== 0);
    this.seconds = Math.max(this.seconds, (pts * this.timeBase[0]) / this.timeBase[1]);
  }

  get count(): number {
    return this.pts.length;
  }

  /** The frame table, or why packets cannot give one (the video then has to be decoded to be listed). */
  finish(): FrameTable | 'missing-pts' | 'duplicate-pts' | 'no-keyframe' | 'empty' {
    const { pts, key, timeBase, firstKey } = this;
    if (!timeBase || pts.length === 0) return 'empty';
    if (this.unusable) return this.unusable;
    const order = Uint32Array.from(pts.keys()).sort((a, b) => pts[a]! - pts[b]! || a - b);
    // Frames shown before the first keyframe (an open GOP that was cut) reference pictures that the file does not hold.
    const first = order.findIndex((packet) => pts[packet]! >= firstKey);
    if (first < 0) return 'no-keyframe';
    const shown = order.subarray(first);
    const sorted = Float64Array.from(shown, (packet) => pts[packet]!);
    for (let i = 1; i < sorted.length; i++) if (sorted[i] === sorted[i - 1]) return 'duplicate-pts';
    const keyframes: number[] = [];
    shown.forEach((packet, place) => {
      if (key[packet]) keyframes.push(place);
    });
    const last = shown[shown.length - 1]!;
    const lastDuration = Math.max(0, this.duration[last]!, this.end - pts[last]!);
    return {
      pts: sorted,
      timeBase,
      keyframes: Uint32Array.from(keyframes),
      lastDuration,
      by: 'pts',
      reach: reachOf(shown),
    };
  }
}

/** The `reach` of a frame table. `shown`: packets in the order shown, by their place in the file. */
function reachOf(shown: Uint32Array): number {
  const places = new Int32Array(shown.reduce((last, packet) => Math.max(last, packet), 0) + 1).fill(-1);
  shown.forEach((packet, place) => (places[packet] = place));
  let [latest, most] = [0, 0];
  for (const place of places) {
    if (place < 0) continue; // not shown
    latest = Math.max(latest, place);
    most = Math.max(most, latest - place);
  }
  return most;
}
