// SPDX-License-Identifier: Apache-2.0
import { throwIfCancelled } from '../contract';
import { complaints, saysCorrupt } from './complaint';
import { everyFrame, input, seekTo, startFfmpeg } from './ffmpeg';
import { decodingSeconds, ffmpegMemory, patience } from './limits';
import { PREROLL } from './seek';
import { keyframeBefore, nearestFrame, type VideoIndex } from './video-index';

/** A line of `-debug_ts` for each frame that leaves the decoder. */
const DECODED = /decoder -> .*?(?:best_effort_ts|\bpts):(-?\d+|NOPTS) .*time_base:(\d+)\/(\d+)/;

/**
 * From version 7 on, ffmpeg may read this many packets before it decodes the first of them, so messages about reading
 * come that much too early.
 */
const READ_AHEAD = 16;

/** What ffmpeg logged while it decoded consecutive frames. */
interface Heard {
  /** Frames that were output. */
  came: Set<number>;
  /**
   * For each report of damage, how many frames had been output by then, counted from the start of the video: the damage
   * is in a later frame.
   */
  complaints: number[];
  /** Frames that ffmpeg reports as damaged themselves. */
  corrupt: number[];
  /** The first frame that was output. */
  first: number;
  /** The frame where decoding began. */
  begin: number;
}

/**
 * Those of some frames (ascending) that are lost or depend on damaged data, as far as ffmpeg notices: all from a
 * damaged frame to the next keyframe, because ffmpeg does not say which frame references which; only the damaged frame
 * if no frame references it. The frames are decoded once more, in one thread, so that the log is in order.
 * @throws ZoetropeError `ffmpeg-failed`, `cancelled`.
 */
export async function unsoundFrames(
  index: VideoIndex,
  places: readonly number[],
  signal?: AbortSignal,
): Promise<Set<number>> {
  const first = places[0];
  const last = places.at(-1);
  if (first === undefined || last === undefined) return new Set();
  const { reach } = index.frames;
  const margin = reach === 0 ? 0 : reach + 1;
  const begin =
    index.access === 'pass' ? 0 : keyframeBefore(index, Math.max(0, keyframeBefore(index, first) - margin - 1));
  const until = Math.min(index.frameCount - 1, last + margin);
  let all = await listen(index, begin, until, false, signal);
  // Seeking may land too late.
  if (begin > 0 && all.first > keyframeBefore(index, first)) all = await listen(index, 0, until, false, signal);
  const lost = places.filter((place) => !all.came.has(place));
  if (lost.length === 0 && all.complaints.length === 0 && all.corrupt.length === 0) return new Set();
  // Frames without times of their own get other times when some are skipped.
  const leanedOn = index.access === 'pass' ? all : await listen(index, all.begin, until, true, signal);
  // A report that a known damaged or lost frame explains is not attributed to another frame.
  const known = (at: number): boolean =>
    all.corrupt.some((place) => place >= at && place <= at + margin) ||
    lost.some((place) => place >= at && place <= at + margin);
  const unexplained = all.complaints.filter((at) => !known(at));
  const ahead = index.frames.by === 'pts' ? READ_AHEAD : 0;
  const told = [...all.complaints, ...all.corrupt];
  const unsound = (place: number): boolean => {
    const key = keyframeBefore(index, place);
    if (leanedOn.complaints.some((at) => at >= key - margin && at <= place)) return true;
    // Damage is reported when the frame is shown; frames that reference it may be shown earlier.
    if (leanedOn.corrupt.some((at) => at >= key && at - margin <= place)) return true;
    if (!all.came.has(place)) return true;
    // Where packets may be missing, reference frames may be missing too.
    if (told.some((at) => at >= key - margin - ahead && at - margin <= place) && packetsMissing(index, key, place))
      return true;
    return (
      !leanedOn.came.has(place) &&
      (all.corrupt.includes(place) || unexplained.some((at) => at >= place - margin && at <= place))
    );
  };
  return new Set(places.filter(unsound));
}

/** Whether packets may be missing between two frames: there is a gap in time, or frames have no times of their own. */
function packetsMissing({ averageFps, frames: { pts, timeBase, by } }: VideoIndex, from: number, to: number): boolean {
  if (by !== 'pts') return true;
  const long = (1.5 * timeBase[1]) / (averageFps * timeBase[0]);
  return pts.subarray(from + 1, to + 1).some((time, i) => time - pts[from + i]! > long);
}

/** Decodes a stretch and collects the log. `leanedOn`: decode reference frames only, where the decoder can tell. */
async function listen(
  index: VideoIndex,
  begin: number,
  until: number,
  leanedOn: boolean,
  signal: AbortSignal | undefined,
): Promise<Heard> {
  const { by, timeBase } = index.frames;
  const tick = timeBase[0] / timeBase[1];
  // Seeking in MPEG-TS is imprecise.
  const seek =
    begin === 0
      ? undefined
      : ((index.frames.pts[begin]! + index.frames.pts[begin - 1]!) / 2) * tick -
        (/mpegts/.test(index.container) ? PREROLL : 0);
  const heard: Heard = { came: new Set(), complaints: [], corrupt: [], first: Infinity, begin };
  const complains = complaints();
  let next = begin;
  let count = 0;
  let marked = false;
  let wake = (): void => {};
  const enough = new Promise<null>((resolve) => (wake = () => resolve(null)));
  const cpuSeconds = decodingSeconds(2 * (until + 1 - begin) + 500, index);
  const run = await startFfmpeg(
    [
      ...[
        '-loglevel',
        'level+info',
        '-debug_ts',
        '-copyts',
        ...input(index.file, '-threads', '1', ...(leanedOn ? ['-skip_frame', 'noref'] : []), ...seekTo(seek)),
        '-map',
        '0:V:0',
      ],
      ...[...everyFrame(), '-f', 'null', '-'],
    ],
    {
      signal,
      ...{ cpuSeconds, limitSeconds: patience(cpuSeconds), memory: ffmpegMemory(index) },
      onLine: (line) => {
        const frame = DECODED.exec(line);
        if (frame) {
          const place =
            by === 'pts'
              ? nearestFrame(index, (Number(frame[1]) * Number(frame[2])) / Number(frame[3]) / tick)
              : index.fields
                ? count >> 1
                : count;
          count++;
          if (marked) heard.corrupt.push(place);
          marked = false;
          heard.came.add(place);
          heard.first = Math.min(heard.first, place);
          next = place + 1;
          if (place > until) wake();
        } else if (saysCorrupt(line)) marked = true;
        else if (complains(line)) heard.complaints.push(next);
        return / (?:demuxer|demuxer\+ffmpeg|decoder|filter|encoder|muxer) (?:->|<-) /.test(line);
      },
    },
  );
  try {
    const ended = run.read();
    ended.catch(() => {}); // handled below, unless the log already told enough
    await Promise.race([ended, enough]);
    throwIfCancelled(signal);
  } finally {
    run.stop();
    await run.closed;
  }
  return heard;
}
