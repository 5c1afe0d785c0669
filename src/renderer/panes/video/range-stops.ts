// SPDX-License-Identifier: Apache-2.0
import type { VideoRange } from '../../../contract';
import type { View } from './view';

export type Edge = 'start' | 'end';

type Ends = Pick<VideoRange, 'id' | Edge>;

/** The name of a keyboard stop: a range, or one of its ends. */
export const stopName = (id: string, edge?: Edge): string => (edge ? `${id} ${edge}` : id);

export const edgeShows = (range: Ends, edge: Edge, view: View): boolean =>
  range[edge] >= view.start && range[edge] <= view.end;

/** Whether any part of a range is visible. */
export const rangeShows = ({ start, end }: Ends, view: View): boolean => end >= view.start && start <= view.end;

/**
 * The only Tab stop among the visible ones: the first of `wanted` that is visible, else the first range. Undefined if
 * none is visible.
 */
export function tabStop(ranges: readonly Ends[], view: View, wanted: readonly (string | null)[]): string | undefined {
  const shown = ranges.filter((range) => rangeShows(range, view));
  const edges = (range: Ends): Edge[] => (['start', 'end'] as const).filter((edge) => edgeShows(range, edge, view));
  const stops = new Set(
    shown.flatMap((range) => [stopName(range.id), ...edges(range).map((edge) => stopName(range.id, edge))]),
  );
  return wanted.find((name): name is string => name !== null && stops.has(name)) ?? shown[0]?.id;
}
