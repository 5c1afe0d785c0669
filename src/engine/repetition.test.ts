// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { RepetitionWatch } from './repetition';

/**
 * The part of a text that is kept when it arrives in pieces of three characters. Undefined if no repetition is found.
 */
function kept(text: string, pictures = 0): string | undefined {
  const watch = new RepetitionWatch(pictures);
  for (let at = 0; at < text.length; at += 3) {
    const keep = watch.add(text.slice(at, at + 3));
    if (keep !== undefined) return text.slice(0, keep);
  }
  return undefined;
}

describe('an answer that goes round in circles', () => {
  it.each([
    ['one letter', 'A a', 'I'],
    ['one word', 'There is a ', 'red '],
    ['a sentence', 'In the first picture there is a dog. ', 'The cat is on the mat. '],
    ['a long passage', 'Well. ', `${'it goes on and on about the light in the window, '.repeat(3)}and then, `],
    ['Chinese', '图片里有', '一只猫，'],
    ['lines', '- a lamp\n', '- a chair\n'],
    ['emoji', 'Look: ', 'the 🎞️ '],
  ])('is noticed, and kept up to its first round: %s', (_, before, piece) => {
    expect(kept(before + piece.repeat(400))?.trimEnd()).toBe((before + piece).trimEnd());
  });

  it('is noticed soon', () => {
    const watch = new RepetitionWatch(2);
    let characters = 0;
    while (watch.add('The ball is red. ') === undefined) characters += 17;
    expect(characters).toBeLessThanOrEqual(12 * 17);
  });

  it('is noticed where its tokens say nothing at all', () => {
    const watch = new RepetitionWatch(0);
    watch.add('Yes');
    const keeps = Array.from({ length: 40 }, () => watch.add(''));
    expect(keeps.find((keep) => keep !== undefined)).toBe(3);
  });
});

describe('an honest answer is left alone', () => {
  const sixteen = Array.from({ length: 16 }, (_, k) => k + 1);
  it.each([
    ['a numbered list of the same', sixteen.map((k) => `${k}. a red ball\n`).join(''), 0],
    ['the same of every picture', 'red, '.repeat(64), 64],
    ['the same sentence of every frame', 'The ball is on the left. '.repeat(16), 16],
    ['counting', Array.from({ length: 300 }, (_, k) => k + 1).join(', '), 0],
    ['a googol', `1${'0'.repeat(100)}`, 0],
    ['a third', `0.${'3'.repeat(200)}`, 0],
    ['a table', `| a | b |\n|${'---|'.repeat(12)}\n${'| 0 | 1 |\n'.repeat(12)}`, 0],
    ['a rule', '-'.repeat(120), 0],
    ['laughter', 'ha '.repeat(20), 0],
    [
      'a poem',
      'Row, row, row your boat,\nGently down the stream.\nMerrily, merrily, merrily, merrily,\nLife is but a dream.\n'.repeat(
        6,
      ),
      0,
    ],
    ['a refrain', `${'Na na na na na na na, hey Jude\n'.repeat(8)}Then you can start to make it better.`, 0],
    ['nested code', `${'  '.repeat(60)}}`, 0],
  ])('%s', (_, text, pictures) => expect(kept(text, pictures)).toBeUndefined());
});

it('costs little: a thousand words in a few milliseconds', () => {
  const text = Array.from({ length: 1000 }, (_, k) => `word${(k * 7919) % 1009}`).join(' ');
  const began = performance.now();
  expect(kept(text)).toBeUndefined();
  expect(performance.now() - began).toBeLessThan(500);
});
