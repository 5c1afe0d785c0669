import { expect, it } from 'vitest';
import { Playback } from './playback';

it('steps whole frames without a player, and stays on the line', () => {
  const playback = new Playback();
  playback.setClock(8, 25, 0);
  playback.seek(2);
  playback.stepFrames(1);
  expect(Math.floor(playback.state().time * 25)).toBe(51);
  playback.stepFrames(-1);
  expect(Math.floor(playback.state().time * 25)).toBe(50);
  playback.seek(99);
  expect(playback.state().time).toBe(8);
  playback.seek(-1);
  expect(playback.state().time).toBe(0);
  playback.stepFrames(-5);
  expect(Math.floor(playback.state().time * 25)).toBe(0);
});

it('tells its listeners, and plays nothing when there is nothing to play', () => {
  const playback = new Playback();
  let told = 0;
  const stop = playback.subscribe(() => (told += 1));
  playback.seek(1);
  playback.togglePlay();
  expect(playback.state()).toEqual({ time: 1, playing: false, rate: 0 });
  stop();
  playback.seek(2);
  expect(told).toBe(1);
});
