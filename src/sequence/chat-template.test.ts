// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from '@huggingface/jinja';
import { describe, expect, it } from 'vitest';
import type { Item, Placement, Turn } from '../contract';
import { composeTurns, promptSpans, promptText, withCaptions, withMarks } from '.';

const starter = join(import.meta.dirname, '../../models/starter');
const template = readFileSync(join(starter, 'chat_template.jinja'), 'utf8');

const item = (id: string): Item => ({
  id,
  origin: { kind: 'photo', source: { id: 's', name: `${id}.png` } },
  picture: { sha256: '0'.repeat(64), width: 2, height: 2 },
});
const [a, b, c] = [item('a'), item('b'), item('c')];

/** The turns as messages for transformers. */
const messagesOf = (turns: readonly Turn[]) =>
  turns.map((turn) =>
    turn.role === 'assistant'
      ? { role: 'assistant', content: turn.text }
      : {
          role: 'user',
          content: turn.parts.map((part) => (part.type === 'text' ? part : { type: 'image', url: 'data:,' })),
        },
  );
const rendered = (messages: object[]): string =>
  new Template(template).render({ messages, add_generation_prompt: true, bos_token: null, eos_token: '<|im_end|>' });

function conversation(placement: Placement): Turn[] {
  const first = composeTurns([], [a, b], withMarks('  Is <image> left of <image>?\n'), placement).turns;
  const history: Turn[] = [...first, { role: 'assistant', text: 'Yes, it is.' }];
  return withCaptions(composeTurns(history, [a, b, c], 'And {{ this }}? {% if x %}', placement).turns, ({ id }) => ({
    time: id.charCodeAt(0),
    said: id === 'b' ? 'Hello.' : undefined,
  }));
}

describe("the bundled model's template", () => {
  it.each<Placement>(['interleaved', 'front'])(
    'writes what we write: several turns, captions, pictures %s',
    (placement) => {
      const turns = conversation(placement);
      expect(rendered(messagesOf(turns))).toBe(promptText(promptSpans(turns)));
    },
  );

  it('writes what we write: words alone, pictures alone, pictures in a row', () => {
    const image = (shown: Item) => ({ type: 'image' as const, item: shown });
    for (const parts of [
      [],
      [image(a)],
      [image(a), image(b)],
      [{ type: 'text' as const, text: '中文 \n\n <image>' }],
    ]) {
      const turns: Turn[] = [{ role: 'user', parts }];
      expect(rendered(messagesOf(turns))).toBe(promptText(promptSpans(turns)));
    }
  });

  it('takes a system prompt, a plain string, and parts as servers name them', () => {
    const turns: Turn[] = [
      {
        role: 'user',
        parts: [
          { type: 'image', item: a },
          { type: 'text', text: 'What?' },
        ],
      },
    ];
    const system = { role: 'system', content: 'Be short.' };
    const content = [
      { type: 'image_url', image_url: { url: 'data:,' } },
      { type: 'text', text: 'What?' },
    ];
    const ours = promptText(promptSpans(turns, 'Be short.'));
    expect(rendered([system, { role: 'user', content }])).toBe(ours);
    expect(rendered([system, { role: 'user', content: '<image>\nWhat?' }])).toBe(ours);
  });

  it('is the same in both files that programs read it from', () => {
    const config = readFileSync(join(starter, 'tokenizer_config.json'), 'utf8');
    const { chat_template } = JSON.parse(config) as { chat_template: string };
    expect(`${chat_template}\n`).toBe(template);
  });
});
