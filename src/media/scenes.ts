import { throwIfCancelled } from '../contract';
import { everyFrame, input, startFfmpeg, THREADS } from './ffmpeg';
import { checkUnchanged } from './file';
import type { MediaOptions, VideoIndex } from './video';

/** Cuts are looked for in small pictures: what changes is the whole of them. */
const HEIGHT = 96;
/** Below this (0 to 1, as ffmpeg scores it) a change is movement, not a cut. */
const LEAST_SCORE = 0.1;

/**
 * The frames with which scenes begin, ascending: the first frame, then up to `cap` in all where the picture changes most.
 * One pass over the whole video at low resolution.
 * @throws ZoetropeError `file-missing`, `file-changed`, `ffmpeg-failed`, `cancelled`.
 */
export async function sceneFrames(path: string, index: VideoIndex, cap: number, options: MediaOptions = {}): Promise<number[]> {
  const { signal, onProgress } = options;
  await checkUnchanged(path, index);
  const { pts, timeBase } = index.frames;
  const places = new Map<number, number>(index.access === 'pass' ? [] : Array.from(pts, (value, i) => [value, i]));
  const scores = new Float64Array(index.frameCount);
  const run = await startFfmpeg(
    [
      ...['-loglevel', 'error', '-copyts', ...input(path, '-threads', String(THREADS)), '-map', '0:V:0'],
      ...['-vf', `settb=${timeBase[0]}/${timeBase[1]},scale=-2:${HEIGHT},select='gte(scene,0)',metadata=print:file=pipe\\\\:1`],
      ...[...everyFrame(), '-f', 'null', '-'],
    ],
    { signal, limitSeconds: 120 + index.duration * 5 + index.frameCount / 5 },
  );
  try {
    let partial = '';
    let place: number | undefined;
    for (let chunk = await run.read(); chunk; chunk = await run.read()) {
      const lines = (partial + chunk.toString('latin1')).split('\n');
      partial = lines.pop() ?? '';
      for (const line of lines) {
        const frame = /^frame:(\d+)\s+pts:(-?\d+)/.exec(line);
        if (frame) place = index.access === 'pass' ? Number(frame[1]) : places.get(Number(frame[2]));
        const score = /^lavfi\.scene_score=([\d.]+)/.exec(line);
        if (score && place !== undefined && place < scores.length) scores[place] = Number(score[1]);
      }
      onProgress?.({ step: 'decode', done: place ?? 0, total: index.frameCount });
    }
    throwIfCancelled(signal);
  } finally {
    run.stop();
    await run.closed;
  }
  return chooseScenes(scores, cap);
}

/**
 * The first frame and the strongest changes, no two so close that they show the same moment: the room between two
 * is at least a quarter of what even spacing would give.
 */
export function chooseScenes(scores: Float64Array, cap: number): number[] {
  if (scores.length === 0 || cap < 1) return [];
  const room = Math.max(1, Math.floor(scores.length / (cap * 4)));
  const strongest = Array.from(scores.keys())
    .filter((i) => scores[i]! >= LEAST_SCORE)
    .sort((a, b) => scores[b]! - scores[a]! || a - b);
  const chosen = [0];
  for (const place of strongest) {
    if (chosen.length >= cap) break;
    if (chosen.every((other) => Math.abs(other - place) >= room)) chosen.push(place);
  }
  return chosen.sort((a, b) => a - b);
}
