// SPDX-License-Identifier: Apache-2.0
import type { VideoRange } from '../../../contract';
import type { View } from './view';

export type Edge = 'start' | 'end';

type Ends = Pick<VideoRange, 'id' | Edge>;

/** The name of what the keyboard stops at: a range, or one of its ends. */
export const stopName = (id: string, edge?: Edge): string => (edge ? `${id} ${edge}` : id);

export const edgeShows = (range: Ends, edge: Edge, view: View): boolean =>
  range[edge] >= view.start && range[edge] <= view.end;

/** Whether any of it lies in view. */
export const rangeShows = ({ start, end }: Ends, view: View): boolean => end >= view.start && start <= view.end;

/**
 * The one place at which Tab stops, among what is in view: the first of `wanted` that is there, else the first range.
 * Undefined when none is in view.
 */
export function tabStop(ranges: readonly Ends[], view: View, wanted: readonly (string | null)[]): string | undefined {
  const shown = ranges.filter((range) => rangeShows(range, view));
  const edges = (range: Ends): Edge[] => (['start', 'end'] as const).filter((edge) => edgeShows(range, edge, view));
  const stops = new Set(
    shown.flatMap((range) => [stopName(range.id), ...edges(range).map((edge) => stopName(range.id, edge))]),
  );
  return wanted.find((name): name is string => name !== null && stops.has(name)) ?? shown[0]?.id;
}
