// SPDX-License-Identifier: Apache-2.0
import { say, ZoetropeError, type SamplingPlan, type VideoNote } from '../contract';
import type { VideoIndex } from './video';

/** Seconds past the end that cause no note: players round. */
const SLACK = 0.1;

/**
 * A plan without what lies past the end of the video, with a note if anything was removed.
 * @throws ZoetropeError `bad-request` if nothing remains.
 */
export function withinVideo<P extends SamplingPlan>(index: VideoIndex, plan: P): { plan: P; note?: VideoNote } {
  const end = index.duration + SLACK;
  if (index.duration === 0) return { plan }; // a still is on screen at any time
  const spans =
    plan.strategy === 'at'
      ? plan.times.map((time) => [time, time])
      : plan.strategy === 'denser'
        ? [span(plan.range)]
        : (plan.ranges ?? []).map(span);
  const begins = (at: number): boolean => spans[at]![0]! <= end;
  if (spans.every(([, last]) => last! <= end)) return { plan };
  const seconds = index.duration.toFixed(2);
  if (!spans.some((_, at) => begins(at))) {
    throw new ZoetropeError(
      'bad-request',
      say`The video ends at ${seconds} s; everything that was asked for lies after that.`,
      say`Ask for times before its end.`,
    );
  }
  const note: VideoNote = {
    kind: 'past-end',
    text: say`The video ends at ${seconds} s; what was asked for after that is left out.`,
  };
  if (plan.strategy === 'at') return { plan: { ...plan, times: plan.times.filter((_, at) => begins(at)) }, note };
  if (plan.strategy === 'denser') return { plan, note };
  return { plan: { ...plan, ranges: plan.ranges?.filter((_, at) => begins(at)) }, note };
}

const span = ({ start, end }: { start: number; end: number }): [number, number] => [
  Math.min(start, end),
  Math.max(start, end),
];
