// SPDX-License-Identifier: Apache-2.0
import { unsoundFrames } from './damage';
import { frameAt, keyframeBefore, type VideoIndex } from './video-index';

/** How many keyframes to either side are tried. */
const FARTHEST = 64;

/**
 * The frame nearest in time to a damaged one that does not depend on damaged data; undefined if there is none nearby.
 * @throws ZoetropeError `ffmpeg-failed`, `cancelled`.
 */
export async function nearestSound(
  index: VideoIndex,
  place: number,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const keyframes = Array.from(index.frames.keyframes);
  const here = keyframes.indexOf(keyframeBefore(index, place));
  const away = (other: number): number => Math.abs(frameAt(index, other).time - frameAt(index, place).time);
  for (let far = 1; far <= FARTHEST; far *= 4) {
    const first = keyframes[here - far] ?? 0;
    const last = keyframes[here + far] ?? index.frameCount - 1;
    const places = Array.from({ length: last + 1 - first }, (_, i) => first + i);
    const unsound = await unsoundFrames(index, places, signal);
    const sound = places.filter((other) => other !== place && !unsound.has(other));
    if (sound.length > 0) return sound.reduce((best, other) => (away(other) < away(best) ? other : best));
    if (first === 0 && last === index.frameCount - 1) return undefined;
  }
  return undefined;
}
