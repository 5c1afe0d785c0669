// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ZoetropeError, type Item, type Message, type Part } from '../contract';
import {
  budgetOf,
  checkBudget,
  composeParts,
  conversationTurns,
  cueText,
  firstNumbers,
  itemsOf,
  pictureNumbers,
  PLACEHOLDER,
  picturesThatFit,
  promptSpans,
  promptText,
  tokenizePrompt,
  withCaptions,
  withMarks,
  type Caption,
} from '.';

const item = (id: string): Item => ({
  id,
  origin: { kind: 'photo', source: { id: 's', name: `${id}.png` } },
  picture: { sha256: '0'.repeat(64), width: 2, height: 2 },
});
const items = (n: number): Item[] => Array.from({ length: n }, (_, i) => item(`i${i}`));
const shown = (parts: Part[]): string => parts.map((p) => (p.type === 'text' ? p.text : `[${p.item.id}]`)).join('');

/** Every picture is four rows. */
const four = { imageId: 9, planOf: () => ({ layout: [{ type: 'rows' as const, count: 4 }] }) };

describe('words by the gigabyte', () => {
  it('are refused before they are made into tokens', () => {
    const tokens = { encodeText: () => [], controlId: () => 0 };
    const text = (length: number) => tokenizePrompt([{ type: 'text', text: 'x'.repeat(length) }], tokens, four);
    expect(() => text(1_000_001)).toThrow(expect.objectContaining({ code: 'prompt-too-long' }));
    expect(text(1_000_000).ids).toHaveLength(0);
  });

  it('on screen at once are told of with the first of them', () => {
    const cues = Array.from({ length: 1000 }, (_, k) => ({ start: 0, end: 1, text: `line ${k} `.padEnd(100, 'x') }));
    const words = cueText(cues, 0.5);
    expect(words.length).toBeLessThanOrEqual(4100);
    expect(words).toMatch(/^line 0 [^]*\n\u2026$/);
    expect(cueText(cues.slice(0, 2), 0.5)).toBe(`${cues[0]!.text}\n${cues[1]!.text}`);
  });
});

describe('composeParts', () => {
  it('puts pictures where the text refers to them', () => {
    expect(shown(composeParts(withMarks('what changed between <image> and <image>?'), items(2), 'interleaved'))).toBe(
      'what changed between [i0] and [i1]?',
    );
  });
  it('puts pictures without a placeholder before the text', () => {
    expect(shown(composeParts('what moves?', items(3), 'interleaved'))).toBe('[i0][i1][i2]what moves?');
    expect(shown(composeParts(withMarks('is <image> odd?'), items(3), 'interleaved'))).toBe('[i1][i2]is [i0] odd?');
  });
  it('keeps the references as words when all pictures stand in front', () => {
    expect(shown(composeParts(withMarks('is <image> like <image>?'), items(3), 'front'))).toBe(
      '[i0][i1][i2]is image 1 like image 2?',
    );
  });
  it('refuses a reference to a picture that is not there', () => {
    expect(() => composeParts(withMarks('<image> and <image>'), items(1), 'interleaved')).toThrow(ZoetropeError);
    expect(() => composeParts(withMarks('<image>'), [], 'front')).toThrow(/1 picture, but there are none/);
  });
  it('sends every picture once and loses no word, for any question', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string(), { minLength: 1, maxLength: 6 }),
        fc.nat(4),
        fc.constantFrom('interleaved' as const, 'front' as const),
        (words, extra, placement) => {
          const clean = words.map((w) => w.replaceAll(PLACEHOLDER, ''));
          const all = items(clean.length - 1 + extra);
          const parts = composeParts(clean.join(PLACEHOLDER), all, placement);
          expect(
            itemsOf(parts)
              .map((i) => i.id)
              .sort(),
          ).toEqual(all.map((i) => i.id).sort());
          const text = parts.map((p) => (p.type === 'text' ? p.text : '')).join('');
          if (placement === 'interleaved') expect(text).toBe(clean.join(''));
          else expect(itemsOf(parts)).toEqual(all);
        },
      ),
    );
  });
});

describe('withMarks', () => {
  it('takes <image> for a picture, and with a backslash for the word, which is sent as text', () => {
    const parts = composeParts(withMarks('Is <image> what \\<image> does?'), items(1), 'interleaved');
    expect(shown(parts)).toBe('Is [i0] what <image> does?');
    expect(shown(composeParts('What does <image> do?', items(1), 'interleaved'))).toBe('[i0]What does <image> do?');
    expect(withMarks('a\ufffcb <images> <IMAGE>')).toBe('ab <images> <IMAGE>');
  });
});

describe('promptSegments', () => {
  it('writes ChatML as the published evaluation does', () => {
    const parts = composeParts(withMarks('a <image> b'), items(1), 'interleaved');
    expect(promptText(promptSpans([{ role: 'user', parts }]))).toBe(
      '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\na <image>\n b<|im_end|>\n<|im_start|>assistant\n',
    );
  });
  it('never turns typed text into a control token', () => {
    const spans = promptSpans([{ role: 'user', parts: [{ type: 'text', text: 'x<|im_end|>y' }] }]);
    expect(spans.filter((s) => s.type === 'control')).toHaveLength(5);
    expect(spans.some((s) => s.type === 'text' && s.text.includes('x<|im_end|>y'))).toBe(true);
  });
});

describe('conversationTurns', () => {
  const question = (id: string, text: string, list: Item[]): Message => ({
    id,
    role: 'user',
    createdAt: 0,
    text,
    placement: 'interleaved',
    parts: composeParts(text, list, 'interleaved'),
  });
  const answer = (id: string, text: string): Message => ({
    id,
    role: 'assistant',
    createdAt: 0,
    text,
    status: 'done',
    error: null,
    receipt: null,
  });
  it('sends exactly the tray: old pictures stay where they were, new ones come last, removed ones go', () => {
    const [a, b, c] = items(3) as [Item, Item, Item];
    const history = [question('q', 'first', [a, b]), answer('r', 'one')];
    const { turns, parts } = conversationTurns(history, [b, c], 'second', 'interleaved');
    expect(turns).toHaveLength(3);
    expect(turns[0]?.role === 'user' && shown(turns[0].parts)).toBe('[i1]first');
    expect(shown(parts)).toBe('[i2]second');
  });
  it('leaves out a question that got no answer', () => {
    const history = [question('q', 'lost', items(1)), answer('r', '')];
    const { turns, parts } = conversationTurns(history, items(1), 'again', 'interleaved');
    expect(turns).toHaveLength(1);
    expect(shown(parts)).toBe('[i0]again');
  });
  it('names a picture of a later question by its number in the whole conversation', () => {
    const [a, b, c, d] = items(4) as [Item, Item, Item, Item];
    const history = [question('q', 'first', [a, b, c]), answer('r', 'one')];
    expect(shown(conversationTurns(history, [a, c, d], `is ${PLACEHOLDER} odd?`, 'front').parts)).toBe(
      '[i3]is image 3 odd?',
    );
  });
  it('gives a picture one number: in the tray, in its question and in the receipt', () => {
    const placements = fc.constantFrom('interleaved' as const, 'front' as const);
    const asked = fc.record({
      trays: fc.array(fc.tuple(fc.shuffledSubarray(items(6)), fc.nat(2), placements), { minLength: 1, maxLength: 4 }),
    });
    fc.assert(
      fc.property(asked, ({ trays }) => {
        const history: Message[] = [];
        trays.forEach(([tray, wanted, placement], k) => {
          const { parts: all } = conversationTurns(history, tray, '', placement);
          const text = '<image>'.repeat(Math.min(wanted, itemsOf(all).length));
          const numbers = pictureNumbers(history, tray, text, placement);
          const { turns, parts } = conversationTurns(history, tray, text, placement);
          const seen = turns.flatMap((turn) => (turn.role === 'user' ? itemsOf(turn.parts) : []));
          expect(seen.map(({ id }) => numbers.get(id))).toEqual(seen.map((_, i) => i + 1));
          const sent = { pictures: seen.map(({ origin, picture }) => ({ origin, picture, input: picture })) };
          const receipt = (k % 2 === 0 ? sent : null) as Extract<Message, { role: 'assistant' }>['receipt'];
          history.push(
            { id: `q${k}`, role: 'user', createdAt: 0, text, placement, parts },
            { id: `a${k}`, role: 'assistant', createdAt: 0, text: 'yes', status: 'done', error: null, receipt },
          );
          const first = firstNumbers(history, tray).get(`q${k}`)!;
          expect(itemsOf(parts).map(({ id }) => numbers.get(id))).toEqual(itemsOf(parts).map((_, i) => first + i));
        });
      }),
    );
  });
});

describe('tokens', () => {
  const tokens = {
    encodeText: (text: string) => [...text].map((ch) => ch.charCodeAt(0)),
    controlId: (token: string) => (token === '<|im_start|>' ? 1 : 2),
  };
  it('gives each picture its run of image tokens', () => {
    const spans = promptSpans([{ role: 'user', parts: composeParts('?', items(2), 'interleaved') }], '');
    const sequence = tokenizePrompt(spans, tokens, four);
    expect(sequence.images.map((i) => i.at)).toEqual([6, 11]); // after <|im_start|>user\n, then 4 tokens and a newline
    expect([...sequence.ids.slice(6, 11)]).toEqual([9, 9, 9, 9, 10]);
    expect(budgetOf(sequence, { picture: 4, frame: 2 }, 100)).toMatchObject({
      image: 8,
      limit: 100,
      perPicture: 4,
      perFrame: 2,
    });
  });
  it('gives frames of a video tokens together, unless something is written between them', () => {
    const asked: [string, number][] = [];
    const pairs = {
      imageId: 9,
      together: 2,
      planOf: ({ id }: Item, _: unknown, frames: number) => {
        asked.push([id, frames]);
        return { layout: [{ type: 'rows' as const, count: 5 }] };
      },
    };
    const frame = (id: string, last = false) => ({
      type: 'image' as const,
      item: item(id),
      way: 'video' as const,
      last,
    });
    const words = { type: 'text' as const, text: '-' };
    const picture = { type: 'image' as const, item: item('p'), way: 'single' as const };
    const spans = [
      picture,
      frame('a'),
      frame('b'),
      words,
      frame('c'),
      words,
      frame('d'),
      frame('e', true),
      frame('f', true),
    ];
    const sequence = tokenizePrompt(spans, tokens, pairs);
    expect(String.fromCharCode(...sequence.ids).replaceAll('\t', '.')).toBe('..........-.....-..........');
    expect(asked).toEqual([
      ['p', 1],
      ['a', 5],
      ['c', 5],
      ['d', 5],
      ['f', 1],
    ]);
    const shown = sequence.images.map(({ item: { id }, at, length, sharers = [], shared = false }) => [
      id,
      at,
      length,
      sharers.map((one) => one.id).join(),
      shared,
    ]);
    expect(shown).toEqual([
      ['p', 0, 5, '', false],
      ['a', 5, 5, 'b', false],
      ['b', 10, 0, '', true],
      ['c', 11, 5, '', false],
      ['d', 17, 5, 'e', false],
      ['e', 22, 0, '', true],
      ['f', 22, 5, '', false],
    ]);
    expect(budgetOf(sequence, { picture: 5, frame: 3 }, 100).pictures.map((one) => one.tokens)).toEqual([
      5, 3, 2, 5, 3, 2, 5,
    ]);
    expect(sequence.positions).toBeUndefined();
  });
  it('counts the positions of a map along its longer side', () => {
    const spans = [
      { type: 'text' as const, text: 'ab' },
      { type: 'image' as const, item: item('p'), way: 'single' as const },
      { type: 'text' as const, text: 'c' },
    ];
    const map = { imageId: 9, planOf: () => ({ layout: [{ type: 'rows' as const, count: 6, columns: 3 }] }) };
    const { positions } = tokenizePrompt(spans, tokens, map);
    const [time, height, width] = [0, 1, 2].map((axis) => positions!.filter((_, i) => i % 3 === axis).join(' '));
    expect([time, height, width]).toEqual(['0 1 2 2 2 2 2 2 5', '0 1 2 2 2 3 3 3 5', '0 1 2 3 4 2 3 4 5']);
  });
  it('refuses what does not fit and says what would', () => {
    const pictures = Array.from({ length: 16 }, (_, k) => ({ id: `${k}`, tokens: 50 }));
    const budget = { prompt: 820, image: 800, limit: 500, perPicture: 50, perFrame: 50, pictures };
    expect(picturesThatFit(budget, 16)).toBe(9);
    expect(() => checkBudget(budget)).toThrow(ZoetropeError);
    expect(() => checkBudget({ ...budget, limit: 1000 })).not.toThrow();
  });
});

describe('withCaptions', () => {
  const said = (captions: Record<string, Caption>, question = '?', placement: 'front' | 'interleaved' = 'front') => {
    const all = Object.keys(captions).map(item);
    const turns = withCaptions(
      [{ role: 'user', parts: composeParts(question, all, placement) }],
      ({ id }) => captions[id]!,
    );
    return turns.flatMap((turn) => (turn.role === 'user' ? turn.parts : []));
  };
  it('writes a time before each picture that has one, in one chunk of text with the words before', () => {
    const parts = said(
      { a: { time: 0 }, b: { time: 4.2345 }, c: {} },
      withMarks('is <image> before <image>?'),
      'interleaved',
    );
    expect(shown(parts)).toBe('[c]is 0 s: [a] before 4.23 s: [b]?');
    const spans = promptSpans([{ role: 'user', parts }], '');
    expect(spans.flatMap((span) => (span.type === 'text' ? [span.text] : []))).toEqual([
      'user\n',
      '\n',
      'is 0 s: ',
      '\n',
      ' before 4.23 s: ',
      '\n',
      '?',
      '\n',
      'assistant\n',
    ]);
    expect(promptText(promptSpans([{ role: 'user', parts: said({ a: { time: 1 } }, '') }], ''))).toContain(
      'user\n1 s: <image>\n',
    );
  });
  it('writes a name and a take where they change, and what is said where something is', () => {
    expect(shown(said({ a: {}, b: { name: 'Kick-off' }, c: { name: 'Kick-off' }, d: { name: 'Goal', time: 3 } }))).toBe(
      '[a]Kick-off: [b][c]Goal: 3 s: [d]?',
    );
    expect(shown(said({ a: { take: 'A' }, b: { take: 'B' }, c: { take: 'A' } }))).toBe(
      'Take A: [a]Take B: [b]Take A: [c]?',
    );
    expect(shown(said({ a: { take: 'A', time: 1 }, b: { take: 'A', said: 'Good\n morning ' }, c: { said: '' } }))).toBe(
      'Take A: 1 s: [a]"Good morning" [b][c]?',
    );
  });
  it('writes one caption for frames that share it, with the mean of their times and all their words', () => {
    const captions: Record<string, Caption> = {
      a: { video: 'v', time: 1, said: 'One' },
      b: { video: 'v', time: 2, said: 'two' },
      c: { video: 'v', time: 4 },
      d: { video: 'v', time: 5, name: 'Goal' },
      e: { video: 'v', time: 8, name: 'Goal' },
      f: { video: 'w', time: 9 },
    };
    const parts = Object.keys(captions).map((id): Part => ({ type: 'image', item: item(id) }));
    const style = { time: (seconds: number) => `<${seconds}>`, together: 2 };
    const [turn] = withCaptions([{ role: 'user', parts }], ({ id }) => captions[id]!, style);
    expect(turn?.role === 'user' && shown(turn.parts)).toBe('<1.5>"One" "two" [a][b]<4>[c]Goal: <6.5>[d][e]<9>[f]');
  });
  it('leaves answers, and the turns it was given, as they are', () => {
    const turns = [
      { role: 'user' as const, parts: composeParts('?', items(1), 'front') },
      { role: 'assistant' as const, text: 'x' },
    ];
    const before = structuredClone(turns);
    expect(withCaptions(turns, () => ({ time: 1 }))[1]).toEqual(turns[1]);
    expect(turns).toEqual(before);
  });
});
