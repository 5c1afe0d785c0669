// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, formatTime } from './format';

describe('formatTime', () => {
  it.each([
    [0, '0:00.0'],
    [4.2, '0:04.2'],
    [4.29, '0:04.2'],
    [3.199999, '0:03.2'], // 3.2 as a player's clock gives it, in whole microseconds
    [3.1994, '0:03.1'],
    [59.999, '0:59.9'],
    [59.9999, '1:00.0'],
    [60, '1:00.0'],
    [3723.5, '1:02:03.5'],
    [-1.5, '-0:01.5'],
  ])('%d s is %s', (seconds, shown) => expect(formatTime(seconds)).toBe(shown));

  /** Parses the clock, in tenths of a second. */
  const readClock = (text: string): number => {
    const [, sign, h = '0', m, s, tenth] = /^(-?)(?:(\d+):)?(\d\d?):(\d\d)\.(\d)$/.exec(text)!;
    return (sign === '-' ? -1 : 1) * (Number(h) * 36_000 + Number(m) * 600 + Number(s) * 10 + Number(tenth));
  };
  const seconds = fc.double({ min: 0, max: 400_000, noNaN: true });

  it('shows every tenth of a second as itself, cut and never rounded', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_000_000 }),
        (tenths) => void expect(readClock(formatTime(tenths / 10))).toBe(tenths),
      ),
    );
    fc.assert(
      fc.property(seconds, (time) => {
        const shown = readClock(formatTime(time));
        expect(shown).toBeLessThanOrEqual(time * 10 + 0.00501);
        expect(shown).toBeGreaterThan(time * 10 - 1);
        expect(formatTime(-time)).toBe(`-${formatTime(time)}`.replace(/^-(0:00\.0)$/, '$1'));
      }),
    );
  });

  it('never runs backwards, and shows sixty of nothing', () => {
    fc.assert(
      fc.property(seconds, seconds, (a, b) => {
        expect(readClock(formatTime(Math.min(a, b)))).toBeLessThanOrEqual(readClock(formatTime(Math.max(a, b))));
        for (const part of formatTime(a).split(/[:.]/).slice(1)) expect(Number(part)).toBeLessThan(60);
      }),
    );
  });

  it('leaves tenths out when asked', () => expect(formatTime(61.9, false)).toBe('1:01'));
});

it.each([
  [12, '12 B'],
  [1500, '1.5 KB'],
  [999_600, '1.0 MB'],
  [38_000_000, '38 MB'],
])('%d bytes are %s', (bytes, shown) => expect(formatBytes(bytes)).toBe(shown));

it.each([
  [0, '0 ms', '0 毫秒'],
  [42, '42 ms', '42 毫秒'],
  [420, '0.4 s', '0.4 秒'],
  [12_400, '12 s', '12 秒'],
  [59_700, '1 min 0 s', '1 分 0 秒'],
  [125_000, '2 min 5 s', '2 分 5 秒'],
])('%d ms take %s, in Chinese %s', (ms, english, chinese) =>
  expect([formatDuration(ms, 'en'), formatDuration(ms, 'zh')]).toEqual([english, chinese]),
);
