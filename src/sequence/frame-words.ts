import type { Part, Turn } from '../contract';

/** A frame's time as the model reads it before the picture: `4.2 s: `. */
export const timeWords = (seconds: number): string => `${Number(seconds.toFixed(2))} s: `;

/** What is written before a frame: its time; the name of its part, where one begins. */
export interface FrameWords {
  frameTimes: boolean;
  segmentLabels: boolean;
}

/**
 * The turns with these words written before each frame. Views and photographs have none. It is done last, so that a
 * picture taken out of an earlier question takes its words with it.
 */
export function withFrameWords(turns: readonly Turn[], words: FrameWords): Turn[] {
  if (!words.frameTimes && !words.segmentLabels) return [...turns];
  return turns.map((turn) => (turn.role === 'user' ? { ...turn, parts: written(turn.parts, words) } : turn));
}

function written(parts: readonly Part[], { frameTimes, segmentLabels }: FrameWords): Part[] {
  const out: Part[] = [];
  let label: string | undefined;
  for (const part of parts) {
    if (part.type === 'text') {
      out.push(part);
      continue;
    }
    const { origin } = part.item;
    const own = origin.kind === 'frame' ? origin.label : undefined;
    const name = segmentLabels && own !== undefined && own !== label ? `${own}: ` : '';
    label = own;
    const words = name + (frameTimes && origin.kind === 'frame' ? timeWords(origin.time) : '');
    const last = out.at(-1);
    // One chunk of text between two pictures: chunks are tokenised one by one.
    if (words !== '' && last?.type === 'text') out[out.length - 1] = { type: 'text', text: last.text + words };
    else if (words !== '') out.push({ type: 'text', text: words });
    out.push(part);
  }
  return out;
}
