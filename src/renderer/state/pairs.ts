import { ofTake, takeOf, type Arrangement, type Item, type TimeRange } from '../../contract';
import type { Pair } from '../../sequence';

const timeOf = ({ origin }: Item): number => (origin.kind === 'frame' ? origin.time : 0);
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

/** The tray with both takes' pictures of this kind arranged anew where the first of them stands; all else stays. */
export function rearranged(
  tray: readonly Item[],
  arrange: Arrangement,
  kind: Item['origin']['kind'] = 'frame',
): Item[] {
  const side = (item: Item): 'A' | 'B' | undefined => (item.origin.kind === kind ? takeOf(item) : undefined);
  const a = tray.filter((item) => side(item) === 'A');
  const b = tray.filter((item) => side(item) === 'B');
  const at = tray.findIndex((item) => side(item) !== undefined);
  if (at < 0) return [...tray];
  const mixed = a.flatMap((item, k) => [item, ...b.slice(k, k + 1)]);
  const taken = arrange === 'grouped' ? [...a, ...b] : [...mixed, ...b.slice(a.length)];
  const rest = (items: readonly Item[]): Item[] => items.filter((item) => side(item) === undefined);
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
