// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { TokenEstimates } from './estimates';

const size = (width: number, height = width) => ({ width, height });
const asked = (textBytes: number, ...pictures: { width: number; height: number }[]) => ({ textBytes, pictures });
const frames = (count: number) => Array.from({ length: count }, () => size(1920, 1080));
/** A fake tokenizer: 4 bytes per token, 20 tokens around the question, and one token per 28x28 pixels. */
const counted = ({ textBytes, pictures }: ReturnType<typeof asked>): number =>
  20 +
  Math.ceil(textBytes / 4) +
  pictures.reduce((sum, { width, height }) => sum + Math.ceil((width * height) / 784), 0);

describe('an estimate', () => {
  it('is a guess before the first answer, and says so', () => {
    expect(new TokenEstimates().estimate('m', asked(100, ...frames(2)))).toMatchObject({ answers: 0 });
  });

  it('is near after a single answer, for another number of the same pictures', () => {
    const estimates = new TokenEstimates();
    const first = asked(80, ...frames(4));
    estimates.learn('m', first, counted(first));
    const next = asked(300, ...frames(32));
    const { prompt, perPicture, answers } = estimates.estimate('m', next);
    expect(answers).toBe(1);
    expect(Math.abs(prompt / counted(next) - 1)).toBeLessThan(0.03);
    expect(Math.abs(perPicture / 2645 - 1)).toBeLessThan(0.03);
  });

  it('compares pictures with others of their size', () => {
    const estimates = new TokenEstimates();
    for (const question of [
      asked(80, ...frames(8)),
      asked(80, ...frames(2)),
      asked(80, size(384)),
      asked(80, size(384)),
    ])
      estimates.learn('m', question, counted(question));
    const mixed = asked(80, size(384), ...frames(3));
    expect(Math.abs(estimates.estimate('m', mixed).prompt / counted(mixed) - 1)).toBeLessThan(0.05);
  });

  it('is hardly moved by an odd answer', () => {
    const estimates = new TokenEstimates();
    const question = asked(80, ...frames(4));
    for (let k = 0; k < 9; k++) estimates.learn('m', question, k === 4 ? 5 : k === 7 ? 1e9 : counted(question));
    estimates.learn('m', question, 0); // a server that does not count tokens
    estimates.learn('m', question, NaN);
    const { prompt, answers } = estimates.estimate('m', question);
    expect(answers).toBe(9);
    expect(Math.abs(prompt / counted(question) - 1)).toBeLessThan(0.01);
  });

  it('learns words from answers without pictures', () => {
    const estimates = new TokenEstimates();
    const dense = asked(6000);
    estimates.learn('m', dense, 3000); // 2 bytes per token
    expect(Math.abs(estimates.estimate('m', asked(12_000)).prompt / 6000 - 1)).toBeLessThan(0.02);
  });

  it('is of one model', () => {
    const estimates = new TokenEstimates();
    estimates.learn('a', asked(80, size(384)), 9000);
    expect(estimates.estimate('b', asked(80, size(384)))).toMatchObject({ answers: 0 });
  });

  it('forgets what is long past', () => {
    const estimates = new TokenEstimates();
    const question = asked(80, size(384));
    for (let k = 0; k < 200; k++) estimates.learn('m', question, k < 100 ? 100 : 1044);
    expect(estimates.estimate('m', question)).toMatchObject({ answers: 64, perPicture: 1044 - 47 });
  });
});
