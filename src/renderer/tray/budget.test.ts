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
  it('counts memory too, and offers what there is room for', () => {
    const memory = { needed: 900, free: 1000, pictures: 16 };
    expect(overBudget({ ...budget, memory }, 16, 64)).toMatchObject({ over: false, short: false });
    expect(overBudget({ ...budget, memory: { ...memory, free: 800, pictures: 11 } }, 16, 64)).toMatchObject({ over: true, short: true, fit: 11 });
    expect(overBudget({ ...budget, memory: { ...memory, free: 10, pictures: 0 } }, 16, 64)).toMatchObject({ over: true, short: true, fit: null });
    expect(overBudget({ ...budget, limit: 800, memory: { ...memory, free: 800, pictures: 11 } }, 16, 256)).toMatchObject({ short: false, fit: 11 });
  });
  it('offers nothing when the words alone are too long', () => {
    expect(overBudget({ prompt: 900, image: 50, limit: 500, perPicture: 50 }, 1, 256)).toMatchObject({ over: true, fit: null });
  });
});

it('estimates only from what this machine has done', () => {
  expect(estimateMs([], budget)).toBeNull();
});
