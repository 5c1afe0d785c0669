import type { Item, Turn } from '../contract';

/** The prompt before tokenising. Control tokens are segments of their own, so that no typed text can become one. */
export type Segment =
  | { type: 'control'; token: '<|im_start|>' | '<|im_end|>' }
  | { type: 'text'; text: string }
  | { type: 'image'; item: Item };

export const SYSTEM_PROMPT = 'You are a helpful assistant.';

/**
 * ChatML as the published benchmark writes it (`qwen_1_5`): system prompt, turns, then the opened assistant turn.
 * Every picture is followed by a newline, and header, newline and each chunk of text are segments of their own,
 * because `preprocess_qwen` of the published evaluation tokenises them one by one.
 */
export function promptSegments(turns: readonly Turn[], system: string = SYSTEM_PROMPT): Segment[] {
  const segments: Segment[] = [];
  const write = (text: string): void => {
    if (text !== '') segments.push({ type: 'text', text });
  };
  const open = (role: string): void => {
    segments.push({ type: 'control', token: '<|im_start|>' });
    write(`${role}\n`);
  };
  const close = (): void => {
    segments.push({ type: 'control', token: '<|im_end|>' });
    write('\n');
  };
  if (system !== '') {
    open('system');
    write(system);
    close();
  }
  for (const turn of turns) {
    open(turn.role);
    if (turn.role === 'assistant') write(turn.text);
    else {
      for (const part of turn.parts) {
        if (part.type === 'text') write(part.text);
        else {
          segments.push({ type: 'image', item: part.item });
          write('\n');
        }
      }
    }
    close();
  }
  open('assistant');
  return segments;
}

/** The prompt as a person reads it: each picture as `<image>`. */
export function promptText(segments: readonly Segment[]): string {
  return segments
    .map((segment) => (segment.type === 'text' ? segment.text : segment.type === 'control' ? segment.token : '<image>'))
    .join('');
}
