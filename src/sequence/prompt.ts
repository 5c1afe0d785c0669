// SPDX-License-Identifier: Apache-2.0
import type { Item, Turn } from '../contract';

/** The prompt before tokenizing. Control tokens are spans of their own, so that typed text never becomes one. */
export type PromptSpan =
  | { type: 'control'; token: '<|im_start|>' | '<|im_end|>' }
  | { type: 'text'; text: string }
  | { type: 'image'; item: Item };

export const SYSTEM_PROMPT = 'You are a helpful assistant.';

/**
 * ChatML as in the published benchmark (`qwen_1_5`): system prompt, turns, then the beginning of the assistant turn.
 * Every picture is followed by a newline. Header, newline and each piece of text are separate spans, because
 * `preprocess_qwen` of the published evaluation tokenizes them separately.
 */
export function promptSpans(turns: readonly Turn[], system: string = SYSTEM_PROMPT): PromptSpan[] {
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
  for (const turn of turns) {
    open(turn.role);
    if (turn.role === 'assistant') write(turn.text);
    else {
      for (const part of turn.parts) {
        if (part.type === 'text') write(part.text);
        else {
          spans.push({ type: 'image', item: part.item });
          write('\n');
        }
      }
    }
    close();
  }
  open('assistant');
  return spans;
}

/** The prompt as text, with `<image>` for each picture. */
export function promptText(spans: readonly PromptSpan[]): string {
  return spans
    .map((span) => (span.type === 'text' ? span.text : span.type === 'control' ? span.token : '<image>'))
    .join('');
}
