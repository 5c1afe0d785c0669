// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { RestingSession } from './resting-session';
import { zeros, type OnnxSession } from './session';

function openings() {
  const events: string[] = [];
  let count = 0;
  let failures = 0;
  const open = (): Promise<OnnxSession> => {
    if (failures-- > 0) return Promise.reject(new Error('no memory'));
    const number = ++count;
    let disposed = false;
    events.push(`open ${number}`);
    return Promise.resolve({
      inputs: [],
      outputs: [],
      writesInPlace: false,
      run: () => (disposed ? Promise.reject(new Error('closed')) : Promise.resolve({ y: zeros('int32', [number]) })),
      hold: () => {
        throw new Error('not here');
      },
      keep: () => {
        throw new Error('not here');
      },
      resized: () => Promise.reject(new Error('not here')),
      dispose: () => {
        disposed = true;
        events.push(`close ${number}`);
        return Promise.resolve();
      },
    });
  };
  return { open, events, fail: (times: number) => (failures = times) };
}

describe('a session that rests', () => {
  it('is closed, and opened again by the next run, once for all that wait', async () => {
    const { open, events } = openings();
    const session = await RestingSession.open(open);
    expect((await session.run({})).y!.shape).toEqual([1]);
    await session.rest();
    await session.rest();
    expect(events).toEqual(['open 1', 'close 1']);
    const both = await Promise.all([session.run({}), session.run({})]);
    expect(both.map(({ y }) => y!.shape)).toEqual([[2], [2]]);
    await session.dispose();
    expect(events).toEqual(['open 1', 'close 1', 'open 2', 'close 2']);
    await expect(session.run({})).rejects.toThrow('closed');
    expect(events).toHaveLength(4);
  });

  it('says why it could not be opened again, and tries anew', async () => {
    const { open, fail } = openings();
    const session = await RestingSession.open(open);
    await session.rest();
    fail(1);
    await expect(session.run({})).rejects.toThrow('no memory');
    expect((await session.run({})).y!.shape).toEqual([2]);
  });
});
