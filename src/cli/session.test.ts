// SPDX-License-Identifier: Apache-2.0
import { expect, it, vi } from 'vitest';
import { endIfSilent } from './session';

it('a command whose model tells of nothing for ten minutes is ended, and one that tells now and then is not', () => {
  vi.useFakeTimers();
  const exit = vi.spyOn(process, 'exit').mockImplementation((() => undefined) as never);
  const said = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const { heard } = endIfSilent();
  for (let k = 0; k < 5; k++) {
    vi.advanceTimersByTime(599_000);
    heard();
  }
  expect(exit).not.toHaveBeenCalled();
  vi.advanceTimersByTime(600_000);
  expect(exit).toHaveBeenCalledWith(2);
  expect(said).toHaveBeenCalledWith(expect.stringContaining('no progress for ten minutes'));
  vi.useRealTimers();
  vi.restoreAllMocks();
});
