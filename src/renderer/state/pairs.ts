import type { Comparison, Item, TimeRange } from '../../contract';

/** A frame of each take, at matched times. */
export type Pair = readonly [a: Item, b: Item];

const timeOf = ({ origin }: Item): number => (origin.kind === 'frame' ? origin.time : 0);
const ofTake = (item: Item, take: 'A' | 'B'): Item => (item.origin.kind === 'frame' ? { ...item, origin: { ...item.origin, take } } : item);

/** Frames of one video and those of the other on screen `offset` seconds later. No frame is in two pairs. */
export function pairUp(a: readonly Item[], b: readonly Item[], offset: number): Pair[] {
  const used = new Set<string>();
  return a.flatMap((item): Pair[] => {
    const partner = b.findLast((other) => timeOf(other) <= timeOf(item) + offset + 1e-5) ?? b[0];
    if (!partner || used.has(partner.id)) return [];
    used.add(partner.id);
    return [[ofTake(item, 'A'), ofTake(partner, 'B')]];
  });
}

export const inOrder = (pairs: readonly Pair[], arrange: Comparison['arrange']): Item[] =>
  arrange === 'alternate' ? pairs.flat() : [...pairs.map(([a]) => a), ...pairs.map(([, b]) => b)];

const takeOf = ({ origin }: Item): 'A' | 'B' | undefined => (origin.kind === 'frame' ? origin.take : undefined);

/** The tray with the frames of both takes arranged anew where the first of them stands; all else stays. */
export function rearranged(tray: readonly Item[], arrange: Comparison['arrange']): Item[] {
  const a = tray.filter((item) => takeOf(item) === 'A');
  const b = tray.filter((item) => takeOf(item) === 'B');
  const at = tray.findIndex((item) => takeOf(item) !== undefined);
  if (at < 0) return [...tray];
  const mixed = a.flatMap((item, k) => [item, ...b.slice(k, k + 1)]);
  const taken = arrange === 'grouped' ? [...a, ...b] : [...mixed, ...b.slice(a.length)];
  const rest = (items: readonly Item[]): Item[] => items.filter((item) => takeOf(item) === undefined);
  return [...rest(tray.slice(0, at)), ...taken, ...rest(tray.slice(at))];
}

/** The part of the first video during which both run, or null if they never do. */
export function overlap(a: number, b: number, offset: number): TimeRange | null {
  const start = Math.max(0, -offset);
  const end = Math.min(a, b - offset);
  return end > start ? { start, end } : null;
}

/** What two lists of parts have in common; no parts mean the whole. */
export function within(parts: readonly TimeRange[], whole: TimeRange): TimeRange[] {
  if (parts.length === 0) return [whole];
  return parts.flatMap(({ start, end }) => {
    const both = { start: Math.max(start, whole.start), end: Math.min(end, whole.end) };
    return both.end > both.start ? [both] : [];
  });
}
