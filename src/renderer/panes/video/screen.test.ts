// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { isOf, Screen } from './screen';

const frames = Float64Array.of(0, 0.04, 0.08, 1, 1.04, 5);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/**
 * A player whose clock starts at 10, and what is on screen: the time stamps of its pictures, or "file 3" for a frame
 * that was read.
 */
function stage() {
  const player = Object.assign(new EventTarget(), { seeking: false, paused: true, readyState: 4 });
  const now = {
    time: 0,
    frames: frames as Float64Array | null,
    stamp: 10,
    seen: null as string | null,
    sought: 0,
    read: 0,
  };
  const picture = {} as CanvasImageSource;
  const labels = new Map<object, string>();
  const shot = (label: string) => {
    const made = { picture, width: 1, height: 1, close: () => undefined };
    labels.set(made, label);
    return made;
  };
  const screen = new Screen({
    wanted: () => ({ time: now.time, frames: now.frames, begins: 10 }),
    seekAgain: () => (now.sought += 1),
    take: () => Object.assign(shot(''), { time: now.stamp }),
    read: (time) => {
      now.read += 1;
      return Promise.resolve(shot(`file ${frames.findLastIndex((at) => at <= time)}`));
    },
    paint: (taken) => (now.seen = taken === null ? null : 'time' in taken ? String(taken.time) : labels.get(taken)!),
  });
  const stop = screen.attach(player);
  /** Moves the playhead; the player starts to seek. */
  const seek = (time: number) => {
    player.seeking = true;
    now.time = time;
    screen.expect();
  };
  /** The player reports that it has arrived, with a picture with this time stamp. */
  const arrive = (stamp: number) => {
    player.seeking = false;
    now.stamp = stamp;
    player.dispatchEvent(new Event('seeked'));
  };
  return { player, now, screen, seek, arrive, stop };
}

it('a picture belongs to the frame whose time is nearest', () => {
  const wanted = (time: number) => ({ time, frames, begins: 10 });
  expect(isOf(10, wanted(0.03))).toBe(true);
  expect(isOf(10.0389, wanted(0.05))).toBe(true); // rounded by the container
  expect(isOf(10, wanted(0.05))).toBe(false);
  expect(isOf(11, wanted(0.5))).toBe(false);
  expect(isOf(10.08, wanted(0.99))).toBe(true);
  expect(isOf(15, wanted(99))).toBe(true);
  expect(isOf(0, { time: 2, frames: null, begins: 0 })).toBe(false);
  expect(isOf(2.4, { time: 2, frames: null, begins: 0 })).toBe(true);
});

it('shows what was sought, and uncovers the player while it plays', () => {
  const { player, now, seek, arrive } = stage();
  expect(now.seen).toBe('10');
  seek(1);
  arrive(11);
  expect([now.seen, now.sought]).toEqual(['11', 0]);
  player.paused = false;
  player.dispatchEvent(new Event('playing'));
  expect(now.seen).toBeNull();
  player.paused = true;
  now.time = 1.05;
  now.stamp = 11.04;
  player.dispatchEvent(new Event('pause'));
  expect([now.seen, now.sought]).toEqual(['11.04', 0]);
});

it('seeks again where the picture is another, then reads the frame from the file', async () => {
  const { now, seek, arrive } = stage();
  seek(5);
  arrive(10); // still the first frame, although the clock says 5
  expect([now.seen, now.sought]).toEqual(['10', 1]);
  arrive(15);
  expect([now.seen, now.sought, now.read]).toEqual(['15', 1, 0]);
  seek(0.05);
  for (let k = 0; k < 3; k++) arrive(10.08);
  await vi.runAllTimersAsync();
  expect([now.seen, now.sought, now.read]).toEqual(['file 1', 3, 1]);
});

it('a seek that is lost or hangs is made good from the file', async () => {
  const { now, seek } = stage();
  seek(1.01);
  await vi.advanceTimersByTimeAsync(1000);
  expect(now.seen).toBe('10');
  await vi.advanceTimersByTimeAsync(1000);
  expect([now.seen, now.read]).toEqual(['file 3', 1]);
  // The playhead moved on before the frame arrived, so it is not shown.
  seek(5);
  await vi.advanceTimersByTimeAsync(1400);
  seek(0.05);
  await vi.advanceTimersByTimeAsync(1400);
  expect([now.seen, now.read]).toEqual(['file 3', 1]);
  await vi.advanceTimersByTimeAsync(200);
  expect([now.seen, now.read]).toEqual(['file 1', 2]);
});

it('shows what scrubbing passes, and settles on where it ends', async () => {
  const { player, now, seek } = stage();
  const pass = (stamp: number) => {
    now.stamp = stamp;
    player.dispatchEvent(new Event('seeked')); // the next seek has already started
  };
  seek(1);
  seek(5);
  pass(11);
  expect([now.seen, now.sought]).toEqual(['11', 0]);
  player.seeking = false;
  pass(15);
  await vi.runAllTimersAsync();
  expect([now.seen, now.sought, now.read]).toEqual(['15', 0, 0]);
});

it('lets go of its player', async () => {
  const { player, now, seek, stop } = stage();
  stop();
  expect(now.seen).toBeNull();
  seek(5);
  player.dispatchEvent(new Event('seeked'));
  await vi.runAllTimersAsync();
  expect([now.seen, now.read]).toEqual([null, 0]);
});
