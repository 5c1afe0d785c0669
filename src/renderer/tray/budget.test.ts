// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Message } from '../../contract';
import { overBudget } from './budget';
import { estimateMs } from './estimate';

const pictures = (count: number) => Array.from({ length: count }, (_, k) => ({ id: `${k}`, tokens: 50 }));
const budget = { prompt: 920, image: 800, limit: 1000, perPicture: 50, perFrame: 50, pictures: pictures(16) };

describe('overBudget', () => {
  it('says when all is well, and when the answer will be short', () => {
    expect(overBudget(budget, 16, 64)).toMatchObject({ over: false, tight: false, fit: null });
    expect(overBudget(budget, 16, 256)).toMatchObject({ over: false, tight: true });
  });
  it('offers the most pictures that leave room to answer', () => {
    const view = overBudget({ ...budget, limit: 800 }, 16, 256);
    expect(view).toMatchObject({ over: true, fit: 12 });
  });
  it('counts memory too, and offers what there is room for', () => {
    const memory = { needed: 900, free: 1000, pictures: 16 };
    expect(overBudget({ ...budget, memory }, 16, 64)).toMatchObject({ over: false, short: false });
    expect(overBudget({ ...budget, memory: { ...memory, free: 800, pictures: 11 } }, 16, 64)).toMatchObject({
      over: true,
      short: true,
      fit: 11,
    });
    expect(overBudget({ ...budget, memory: { ...memory, free: 10, pictures: 0 } }, 16, 64)).toMatchObject({
      over: true,
      short: true,
      fit: null,
    });
    expect(
      overBudget({ ...budget, limit: 800, memory: { ...memory, free: 800, pictures: 11 } }, 16, 256),
    ).toMatchObject({ short: false, fit: 11 });
  });
  it('offers nothing when the words alone are too long', () => {
    expect(overBudget({ ...budget, prompt: 900, image: 50, limit: 500, pictures: pictures(1) }, 1, 256)).toMatchObject({
      over: true,
      fit: null,
    });
  });
});

describe('estimateMs', () => {
  const answer = (
    prompt: number,
    reused: number,
    visionMs: number,
    prefillMs: number,
    decodeMs: number,
    fingerprint = 'a',
  ): Message =>
    ({
      role: 'assistant',
      receipt: {
        pictures: Array.from({ length: 16 }),
        tokens: { prompt, reused },
        timings: { visionMs, prefillMs, decodeMs },
        model: { fingerprint },
      },
    }) as unknown as Message;

  it('tells only from what this machine has done', () => {
    expect(estimateMs([], budget)).toBeNull();
  });
  it('counts every picture at first, and only what is new later', () => {
    const messages = [answer(1000, 0, 1600, 500, 40), answer(1040, 1010, 1, 30, 60)];
    expect(estimateMs(messages, { ...budget, prompt: 1080, known: { tokens: 1060, pictures: 16 } })).toBeCloseTo(
      20 * 0.5 + 60,
    );
    expect(estimateMs(messages, { ...budget, prompt: 1080, known: { tokens: 200, pictures: 14 } })).toBeCloseTo(
      2 * 100 + 880 * 0.5 + 60,
    );
    expect(estimateMs(messages, { ...budget, prompt: 1080, known: { tokens: 0, pictures: 0 } })).toBeCloseTo(
      16 * 100 + 1080 * 0.5 + 60,
    );
    expect(estimateMs(messages, budget)).toBeNull(); // while an answer is being written, what will be cached is unknown
  });
  it('leaves out what another model took', () => {
    const messages = [answer(1000, 0, 160_000, 50_000, 4000, 'b'), answer(1000, 0, 1600, 500, 40)];
    expect(estimateMs(messages, { ...budget, prompt: 1000, known: { tokens: 0, pictures: 0 } })).toBeCloseTo(
      1600 + 500 + 40,
    );
  });
});
