import { describe, expect, it } from 'vitest';
import { overBudget } from './budget';
import { estimateMs } from './estimate';

const budget = { prompt: 920, image: 800, limit: 1000, perPicture: 50 };

describe('overBudget', () => {
  it('says when all is well, and when the answer will be short', () => {
    expect(overBudget(budget, 16, 64)).toMatchObject({ over: false, tight: false, fit: null });
    expect(overBudget(budget, 16, 256)).toMatchObject({ over: false, tight: true });
  });
  it('offers the most pictures that leave room to answer', () => {
    const view = overBudget({ ...budget, limit: 800 }, 16, 256);
    expect(view).toMatchObject({ over: true, fit: 12 });
  });
  it('offers nothing when the words alone are too long', () => {
    expect(overBudget({ prompt: 900, image: 50, limit: 500, perPicture: 50 }, 1, 256)).toMatchObject({ over: true, fit: null });
  });
});

it('estimates only from what this machine has done', () => {
  expect(estimateMs([], budget)).toBeNull();
});
