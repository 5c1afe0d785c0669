// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { EngineRequest } from '../contract';
import { untried } from '../engine';
import { afterDeath, type Dead } from './after-death';

const load = (folder: string, used: 'cpu' | 'webgpu' = 'cpu', bundled = false): EngineRequest<'model.load'> => ({
  folder,
  bundled,
  anyway: false,
  precision: 'auto',
  threads: null,
  limits: { all: null, caches: null },
  device: { ...untried('auto'), used },
});
const [one, two] = [load('one'), load('two')];
const dead: Dead = { model: two, inUse: two, before: one, lost: [], ended: false };
const same = { next: two, onProcessor: false, bundled: false, replaced: false };

describe('after the engine died', () => {
  it('the same model is loaded where nothing points to it', () => {
    expect(afterDeath(dead)).toEqual(same);
    expect(afterDeath({ ...dead, lost: ['video.open'], ended: true })).toEqual(same);
    expect(afterDeath({ ...dead, lost: ['ask'] })).toEqual(same); // answering takes memory, so it may have failed because memory ran out
  });

  it('a model that hung at work gives way to the one before it, or to the bundled one', () => {
    const hung: Dead = { ...dead, lost: ['ask'], ended: true };
    const away = { onProcessor: false, replaced: true };
    expect(afterDeath(hung)).toEqual({ ...away, next: one, bundled: false });
    expect(afterDeath({ ...hung, before: undefined })).toEqual({ ...away, next: undefined, bundled: true });
    expect(afterDeath({ ...hung, before: two })).toEqual({ ...away, next: undefined, bundled: true });
    expect(afterDeath({ ...dead, lost: ['measure'] })).toEqual({ ...away, next: one, bundled: false });
  });

  it('the bundled model is its own successor', () => {
    const bundled = load('bundled', 'cpu', true);
    expect(afterDeath({ ...dead, model: bundled, inUse: bundled, lost: ['measure'] })).toEqual({
      ...same,
      next: bundled,
    });
  });

  it('a model that was being loaded is not loaded again, but stays chosen unless it hung', () => {
    const loading: Dead = { ...dead, inUse: one, lost: ['model.load'] };
    const back = { next: one, onProcessor: false, bundled: false };
    expect(afterDeath(loading)).toEqual({ ...back, replaced: false });
    expect(afterDeath({ ...loading, ended: true })).toEqual({ ...back, replaced: true });
    expect(afterDeath({ ...loading, inUse: undefined })).toEqual({ ...back, next: undefined, replaced: false });
  });

  it('a device is the first to be suspected', () => {
    const onCard: Dead = { ...dead, model: load('two', 'webgpu') };
    const { next, ...rest } = afterDeath(onCard);
    expect(rest).toEqual({ onProcessor: true, bundled: false, replaced: false });
    expect(next).toMatchObject({ folder: 'two', device: { used: 'cpu' } });
    expect(afterDeath({ ...onCard, inUse: undefined, lost: ['model.load'] })).toMatchObject({ onProcessor: true });
  });

  it('before any model was chosen, none is loaded', () => {
    expect(afterDeath({ ...dead, model: undefined, inUse: undefined, before: undefined })).toEqual({
      ...same,
      next: undefined,
    });
  });
});
