// SPDX-License-Identifier: Apache-2.0
import type { Item, Turn } from '../contract';
import { placePictures, type PictureWay, type PlacedPicture } from './arrange';

/** The prompt before tokenizing. Control tokens are spans of their own, so that typed text never becomes one. */
export type PromptSpan =
  | { type: 'control'; token: string }
  | { type: 'text'; text: string }
  | { type: 'image'; item: Item; way: PictureWay; last?: boolean };

export const SYSTEM_PROMPT = 'You are a helpful assistant.';

/**
 * ChatML as in the published benchmark (`qwen_1_5`): system prompt, turns, then the beginning of the assistant turn.
 * Every picture is followed by a newline. Header, newline and each piece of text are separate spans, because
 * `preprocess_qwen` of the published evaluation tokenizes them separately.
 * @param newlineAfter which pictures a newline follows; of a video, the original LLaVA-OneVision has one.
 */
export function promptSpans(
  turns: readonly Turn[],
  system: string = SYSTEM_PROMPT,
  newlineAfter: 'picture' | 'video' = 'picture',
): PromptSpan[] {
  const spans: PromptSpan[] = [];
  const write = (text: string): void => {
    if (text !== '') spans.push({ type: 'text', text });
  };
  const open = (role: string): void => {
    spans.push({ type: 'control', token: '<|im_start|>' });
    write(`${role}\n`);
  };
  const close = (): void => {
    spans.push({ type: 'control', token: '<|im_end|>' });
    write('\n');
  };
  if (system !== '') {
    open('system');
    write(system);
    close();
  }
  for (const turn of placePictures(turns)) {
    open(turn.role);
    if (turn.role === 'assistant') write(turn.text);
    else {
      let words = ''; // captions and typed text between two pictures are one span
      for (const part of turn.parts) {
        if (part.type === 'text') words += part.text;
        else {
          write(words);
          words = '';
          spans.push(imageSpan(part));
          if (newlineAfter === 'picture' || part.way !== 'video' || part.last) write('\n');
        }
      }
      write(words);
    }
    close();
  }
  open('assistant');
  return spans;
}

/** The span of a picture. */
export const imageSpan = ({ item, way, last }: PlacedPicture): PromptSpan => ({
  type: 'image',
  item,
  way,
  ...(last !== undefined && { last }),
});

/** The prompt as text, with `<image>` for each picture. */
export function promptText(spans: readonly PromptSpan[]): string {
  return spans
    .map((span) => (span.type === 'text' ? span.text : span.type === 'control' ? span.token : '<image>'))
    .join('');
}
