import type { Segment } from '../../../contract';
import type { View } from './view';

export type Edge = 'start' | 'end';

type Ends = Pick<Segment, 'id' | Edge>;

/** The name of what the keyboard stops at: a part, or one of its ends. */
export const stopName = (id: string, edge?: Edge): string => (edge ? `${id} ${edge}` : id);

export const edgeShows = (part: Ends, edge: Edge, view: View): boolean =>
  part[edge] >= view.start && part[edge] <= view.end;

/** Whether any of it lies in view. */
export const partShows = ({ start, end }: Ends, view: View): boolean => end >= view.start && start <= view.end;

/**
 * The one place at which Tab stops, among what is in view: the first of `wanted` that is there, else the first part.
 * Undefined when none is in view.
 */
export function tabStop(parts: readonly Ends[], view: View, wanted: readonly (string | null)[]): string | undefined {
  const shown = parts.filter((part) => partShows(part, view));
  const edges = (part: Ends): Edge[] => (['start', 'end'] as const).filter((edge) => edgeShows(part, edge, view));
  const stops = new Set(
    shown.flatMap((part) => [stopName(part.id), ...edges(part).map((edge) => stopName(part.id, edge))]),
  );
  return wanted.find((name): name is string => name !== null && stops.has(name)) ?? shown[0]?.id;
}
