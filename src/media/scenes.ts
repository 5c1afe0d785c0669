// SPDX-License-Identifier: Apache-2.0
import { throwIfCancelled } from '../contract';
import { onClock, scaleTo } from './decode';
import { everyFrame, input, seekTo, startFfmpeg, threadsFor } from './ffmpeg';
import { checkUnchanged } from './file';
import { decodingSeconds, ffmpegMemory, patience } from './limits';
import { firstWay, framesAhead, seekPoint, type Way } from './seek';
import { frameTotal, lengthOf, uniformFrames, type Stretch } from './stretches';
import type { MediaOptions, VideoIndex } from './video';

/** Height, in pixels, at which cuts are searched: a cut changes the whole picture. */
const HEIGHT = 96;
/** A change below this (0 to 1, ffmpeg's scene score) is movement, not a cut. */
const LEAST_SCORE = 0.1;

/**
 * The frames with which scenes begin, ascending: the first frame of each stretch, then the frames with the largest
 * changes, up to `cap` in all. Only the stretches are decoded, at low resolution.
 * @throws ZoetropeError `file-missing`, `file-changed`, `ffmpeg-failed`, `cancelled`.
 */
export async function sceneFrames(
  path: string,
  index: VideoIndex,
  stretches: readonly Stretch[],
  cap: number,
  { signal, onProgress }: MediaOptions = {},
): Promise<number[]> {
  await checkUnchanged(path, index);
  const scores = new Float64Array(index.frameCount);
  const total = frameTotal(stretches);
  let before = 0;
  for (const stretch of stretches) {
    const options: MediaOptions = {
      signal,
      onProgress: ({ done }) => onProgress?.({ step: 'decode', done: before + done, total }),
    };
    // In a damaged file a seek may land too late: then once more from the start.
    const way = firstWay(index);
    const seen = await scoreStretch(index, stretch, way, scores, options);
    if (seen < lengthOf(stretch) && way !== 'pass') await scoreStretch(index, stretch, 'pass', scores, options);
    before += lengthOf(stretch);
  }
  return chooseScenes(scores, stretches, cap);
}

/** Writes how much each frame differs from the one before it (0 to 1) into `scores`. Returns how many frames were seen. */
async function scoreStretch(
  index: VideoIndex,
  { first, last }: Stretch,
  way: Way,
  scores: Float64Array,
  { signal, onProgress }: MediaOptions,
): Promise<number> {
  const { pts, timeBase, by } = index.frames;
  const seek = way === 'pass' ? undefined : seekPoint(index, [first], way);
  const places = new Map<number, number>();
  if (by === 'pts') for (let place = first; place <= last; place++) places.set(pts[place]!, place);
  // Where ffmpeg's count restarts it cannot be used to select frames: then all output is counted here.
  const from = by === 'order' ? 0 : first;
  const cut = {
    pts: `trim=start_pts=${pts[first]!}:end_pts=${pts[last]! + 1}`,
    n: `trim=start_frame=${first}:end_frame=${last + 1}`,
    order: 'null',
  }[by];
  const cpuSeconds = decodingSeconds(framesAhead(index, [first, last], way), index);
  const run = await startFfmpeg(
    [
      ...[
        '-loglevel',
        'error',
        '-copyts',
        ...input(index.file, '-threads', String(threadsFor(index)), ...seekTo(seek)),
        '-map',
        '0:V:0',
      ],
      ...[
        '-vf',
        `${[...onClock(timeBase, index.fields), cut].join(',')},${scaleTo(HEIGHT)},select='gte(scene,0)',metadata=print:file=pipe\\\\:1`,
      ],
      ...[...everyFrame(), '-f', 'null', '-'],
    ],
    { signal, cpuSeconds, limitSeconds: patience(cpuSeconds), memory: ffmpegMemory(index) },
  );
  let seen = 0;
  let count = 0;
  try {
    let partial = '';
    let place: number | undefined;
    for (let chunk = await run.read(); chunk; chunk = await run.read()) {
      const lines = (partial + chunk.toString('latin1')).split('\n');
      partial = lines.pop() ?? '';
      for (const line of lines) {
        const frame = /^frame:\d+\s+pts:(-?\d+)/.exec(line);
        if (frame) place = by === 'pts' ? places.get(Number(frame[1])) : from + count++;
        const score = /^lavfi\.scene_score=([\d.]+)/.exec(line);
        if (!score || place === undefined || place < first || place > last) continue;
        scores[place] = Number(score[1]);
        seen++;
      }
      onProgress?.({ step: 'decode', done: seen, total: last - first + 1 });
    }
    throwIfCancelled(signal);
  } finally {
    run.stop();
    await run.closed;
  }
  return seen;
}

/**
 * The first frame of each stretch and the largest changes. The distance between two is at least a quarter of what even
 * spacing would give, so that no two show the same moment.
 */
export function chooseScenes(scores: Float64Array, stretches: readonly Stretch[], cap: number): number[] {
  if (cap < 1) return [];
  const room = Math.max(1, Math.floor(frameTotal(stretches) / (cap * 4)));
  const chosen = uniformFrames(stretches.length, cap).map((i) => stretches[i]!.first);
  const strongest = stretches
    .flatMap(({ first, last }) => Array.from({ length: last - first }, (_, i) => first + 1 + i))
    .filter((place) => scores[place]! >= LEAST_SCORE)
    .sort((a, b) => scores[b]! - scores[a]! || a - b);
  for (const place of strongest) {
    if (chosen.length >= cap) break;
    if (chosen.every((other) => Math.abs(other - place) >= room)) chosen.push(place);
  }
  return chosen.sort((a, b) => a - b);
}
