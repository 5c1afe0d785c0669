// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Heartbeat } from './heartbeat';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** A fake process with this processor load (as a share of a core), which answers while `answers` returns true. */
function watch({ load, answers }: { load: number | undefined; answers: () => boolean }): () => number | undefined {
  const began = performance.now();
  let silentAt: number | undefined;
  const heartbeat = new Heartbeat({
    ask: () => void (answers() && heartbeat.answered()),
    cpuSeconds: () => (load === undefined ? undefined : (load * (performance.now() - began)) / 1000),
    onSilence: () => (silentAt = Math.round((performance.now() - began) / 1000)),
  });
  return () => silentAt;
}

it('one that answers is never ended, however long', () => {
  const silent = watch({ load: 4, answers: () => true });
  vi.advanceTimersByTime(3_600_000);
  expect(silent()).toBeUndefined();
});

it('one that computes and says nothing is ended after 6 seconds, one that barely runs after 40', () => {
  const all = [
    watch({ load: 1, answers: () => false }),
    watch({ load: 0.05, answers: () => false }),
    watch({ load: undefined, answers: () => false }),
  ];
  vi.advanceTimersByTime(60_000);
  const [computing, waiting, unknown] = all.map((silent) => silent());
  expect(computing).toBeLessThanOrEqual(8);
  expect(computing).toBeGreaterThanOrEqual(6);
  expect(waiting).toBeGreaterThanOrEqual(40);
  expect(unknown).toBe(waiting);
});

it('a silence that ends in time is forgotten', () => {
  let seconds = 0;
  const silent = watch({ load: 1, answers: () => (seconds += 1) % 6 === 0 });
  vi.advanceTimersByTime(600_000);
  expect(silent()).toBeUndefined();
});

it('a machine that slept, or gave this process no turn, ends nothing', () => {
  let slept = 0;
  const clock = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => clock() + slept);
  const silent = watch({ load: 1, answers: () => false });
  vi.advanceTimersByTime(5000);
  slept = 28_800_000; // the clock advanced, but the timers did not run
  vi.advanceTimersByTime(5000);
  expect(silent()).toBeUndefined();
  vi.advanceTimersByTime(5000);
  expect(silent()).toBeDefined();
  vi.restoreAllMocks();
});
