// SPDX-License-Identifier: Apache-2.0
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
  expect(playback.state()).toMatchObject({ time: 1, playing: false, rate: 0 });
  stop();
  playback.seek(2);
  expect(told).toBe(1);
});

it('steps by real frames where they are not evenly spaced', () => {
  const playback = new Playback();
  playback.setClock(4, 25, 0);
  const times = Float64Array.of(0, 0.04, 1, 1.04, 3);
  playback.setFrames(times);
  const seen: number[] = [];
  for (let k = 0; k < 6; k++) {
    const { time } = playback.state();
    seen.push(times.findLastIndex((at) => at <= time));
    playback.stepFrames(1);
  }
  expect(seen).toEqual([0, 1, 2, 3, 4, 4]);
  playback.stepFrames(-3);
  expect(playback.state().time).toBeGreaterThan(0.04);
  expect(playback.state().time).toBeLessThan(1);
});

it('goes through its speeds, and keeps the volume that was muted', () => {
  const playback = new Playback();
  const speed = () => playback.state().speed;
  playback.changeSpeed(1);
  expect(speed()).toBe(1.5);
  for (let k = 0; k < 9; k++) playback.changeSpeed(1);
  expect(speed()).toBe(4);
  for (let k = 0; k < 9; k++) playback.changeSpeed(-1);
  expect(speed()).toBe(0.25);
  playback.setVolume(0.4);
  playback.toggleMute();
  expect(playback.state()).toMatchObject({ volume: 0.4, muted: true });
  playback.toggleMute();
  expect(playback.state()).toMatchObject({ volume: 0.4, muted: false });
});

it('seeks one picture after another, and ends where the playhead is', () => {
  const playback = new Playback();
  playback.setClock(100, 25, 0);
  const sought: number[] = [];
  let at = 0;
  const element = Object.assign(new EventTarget(), { seeking: false, volume: 1, muted: false });
  Object.defineProperty(element, 'currentTime', {
    get: () => at,
    set: (time: number) => {
      at = time;
      sought.push(time);
      element.seeking = true;
    },
  });
  const arrive = () => {
    element.seeking = false;
    element.dispatchEvent(new Event('seeked'));
  };
  playback.attach(element as unknown as HTMLVideoElement);
  for (const time of [10, 20, 30, 40]) playback.seek(time);
  expect([sought, playback.state().time]).toEqual([[10], 40]);
  arrive();
  expect([sought, playback.state().time]).toEqual([[10, 40], 40]);
  playback.seek(50);
  arrive();
  arrive();
  expect([sought, playback.state().time]).toEqual([[10, 40, 50], 50]);
});

it('stays where it was put, though the clock of the element gives back a little less', () => {
  const playback = new Playback();
  playback.setClock(4, 25, 99.977);
  let at = 0;
  const element = Object.assign(new EventTarget(), { seeking: false, volume: 1, muted: false });
  Object.defineProperty(element, 'currentTime', {
    get: () => at,
    set: (time: number) => void (at = Math.floor(time * 1e6 - 1) / 1e6),
  });
  playback.attach(element as unknown as HTMLVideoElement);
  playback.seek(2.5); // the start of a subtitle cue
  element.dispatchEvent(new Event('seeked'));
  expect(playback.state().time).toBe(2.5);
  at -= 0.04; // the element itself settles at another time
  element.dispatchEvent(new Event('seeked'));
  expect(playback.state().time).toBeCloseTo(2.46, 4);
});
