import type { Part, Turn } from '../contract';

/** A frame's time as the model reads it before the picture: `4.2 s: `. */
export const timeWords = (seconds: number): string => `${Number(seconds.toFixed(2))} s: `;

/**
 * The turns with each frame's time written before its picture. Views and photographs have none. It is done last, so
 * that a picture taken out of an earlier question takes its time with it.
 */
export function withTimes(turns: readonly Turn[]): Turn[] {
  return turns.map((turn) => (turn.role === 'user' ? { ...turn, parts: turn.parts.reduce<Part[]>(append, []) } : turn));
}

function append(parts: Part[], part: Part): Part[] {
  if (part.type === 'text' || part.item.origin.kind !== 'frame') return [...parts, part];
  const words = timeWords(part.item.origin.time);
  const last = parts.at(-1);
  // One chunk of text between two pictures: chunks are tokenised one by one.
  return last?.type === 'text'
    ? [...parts.slice(0, -1), { type: 'text', text: last.text + words }, part]
    : [...parts, { type: 'text', text: words }, part];
}
