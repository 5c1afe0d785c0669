// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { ServerError } from './failure';
import { Pool } from './pool';
import { refusalOf } from './refusal';
import { pause } from './test-server';

const busy = (retryAfterMs?: number): ServerError =>
  refusalOf({ status: 429, body: '', retryAfterMs }, { host: 'h', model: 'm', pictures: 0, hasKey: false });
/** A job that waits until the test ends it. */
function held() {
  let end!: (error?: Error) => void;
  const ended = new Promise<void>((resolve, reject) => (end = (error) => (error ? reject(error) : resolve())));
  return { end, job: () => ended };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a pool', () => {
  it('runs as many at once as it may, and the others in turn', async () => {
    const pool = new Pool({ concurrency: 4 });
    let now = 0;
    let most = 0;
    const began = performance.now();
    await Promise.all(
      Array.from({ length: 24 }, () =>
        pool.run(async () => {
          most = Math.max(most, ++now);
          await pause(20);
          now -= 1;
        }),
      ),
    );
    expect(most).toBe(4);
    expect(performance.now() - began).toBeGreaterThanOrEqual(6 * 19);
  });

  it.each([1, 4, 16])(
    'leaves a server of 100 ms at most a tenth of the time idle, %i at once',
    { retry: 3 },
    async (concurrency) => {
      const pool = new Pool({ concurrency });
      const count = 10 * concurrency;
      const began = performance.now();
      await Promise.all(Array.from({ length: count }, () => pool.run(() => pause(100))));
      const ideal = (100 * count) / concurrency;
      expect(ideal / (performance.now() - began)).toBeGreaterThan(0.9);
    },
  );

  it('lets groups take turns', async () => {
    const pool = new Pool();
    const order: string[] = [];
    const ask = (group: string, name: string) => pool.run(async () => void order.push(name), { group });
    const first = held();
    const running = pool.run(first.job, { group: 'run' });
    const all = [...['r1', 'r2', 'r3', 'r4'].map((name) => ask('run', name)), ask('chat', 'c1'), ask('chat', 'c2')];
    first.end();
    await Promise.all([running, ...all]);
    expect(order).toEqual(['r1', 'c1', 'r2', 'c2', 'r3', 'r4']);
  });

  it('stops one that waits at once, and one that runs by its own signal', async () => {
    const pool = new Pool();
    const first = held();
    const running = pool.run(first.job);
    const stop = new AbortController();
    let ran = false;
    const waiting = pool.run(async () => void (ran = true), { signal: stop.signal });
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    first.end();
    await running;
    expect(ran).toBe(false);
    await expect(pool.run(() => pause(0), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
    await pool.run(() => pause(0)); // and the pool is not blocked
  });

  it('goes on after a job that failed', async () => {
    const pool = new Pool();
    await expect(pool.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await pool.run(() => Promise.resolve(1))).toBe(1);
  });
});

describe('a server that has too much to do', () => {
  it('is asked again when it said, and by nobody before', async () => {
    const pool = new Pool({ concurrency: 4 });
    const times: number[] = [];
    const began = performance.now();
    let refused = 0;
    const ask = () =>
      pool.run(async () => {
        times.push(performance.now() - began);
        if (refused++ === 0) throw busy(120);
        await pause(5);
        return 'yes';
      });
    const first = ask();
    await settled();
    expect(await Promise.all([first, ask(), ask()])).toEqual(['yes', 'yes', 'yes']);
    expect(times).toHaveLength(4);
    expect(Math.min(...times.slice(1))).toBeGreaterThanOrEqual(119);
    expect(pool.allowed).toBe(2);
  });

  it("is not asked again where it named no time: that is the user's to say", async () => {
    const pool = new Pool({ concurrency: 2, longestWait: 30 });
    let asked = 0;
    const ask = () => pool.run(() => (asked++, Promise.reject(busy())));
    await expect(ask()).rejects.toMatchObject({ code: 'server-busy' });
    expect(asked).toBe(1);
    expect(pool.allowed).toBe(1);
    const began = performance.now();
    await pool.run(() => pause(0)); // but others wait for a while
    expect(performance.now() - began).toBeGreaterThan(20);
  });

  it('is not waited for longer, nor more often, than is sensible', async () => {
    const pool = new Pool({ busyRetries: 2 });
    await expect(pool.run(() => Promise.reject(busy(3_600_000)))).rejects.toMatchObject({
      facts: { retryAfterMs: 3_600_000 },
    });
    const other = new Pool({ busyRetries: 2 });
    let asked = 0;
    await expect(other.run(() => (asked++, Promise.reject(busy(1))))).rejects.toMatchObject({ code: 'server-busy' });
    expect(asked).toBe(3);
  });

  it('is not asked again once it has begun to answer', async () => {
    const pool = new Pool();
    let asked = 0;
    const begun = busy(1).after({ text: 'Half an', reasoning: '' });
    await expect(pool.run(() => (asked++, Promise.reject(begun)))).rejects.toBe(begun);
    expect(asked).toBe(1);
  });

  it('is sent more at once again as it keeps up', async () => {
    const pool = new Pool({ concurrency: 8 });
    await Promise.allSettled(Array.from({ length: 8 }, () => pool.run(() => Promise.reject(busy(1)))));
    expect(pool.allowed).toBeLessThan(8);
    for (let k = 0; k < 80; k++) await pool.run(() => Promise.resolve());
    expect(pool.allowed).toBe(8);
  });

  it('ends a question that waits to be asked again at once, when it is stopped', async () => {
    const pool = new Pool();
    const stop = new AbortController();
    const asking = pool.run(() => Promise.reject(busy(50_000)), { signal: stop.signal });
    await settled();
    stop.abort();
    await expect(asking).rejects.toMatchObject({ code: 'cancelled' });
  });
});
