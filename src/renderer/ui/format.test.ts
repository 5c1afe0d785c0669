import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, formatParameters, formatTime } from './format';

describe('formatTime', () => {
  it.each([
    [0, '0:00.0'],
    [4.2, '0:04.2'],
    [4.29, '0:04.2'],
    [59.999, '0:59.9'],
    [60, '1:00.0'],
    [3723.5, '1:02:03.5'],
    [-1.5, '-0:01.5'],
  ])('%d s is %s', (seconds, shown) => expect(formatTime(seconds)).toBe(shown));

  it('leaves tenths out when asked', () => expect(formatTime(61.9, false)).toBe('1:01'));
});

it.each([
  [12, '12 B'],
  [1500, '1.5 KB'],
  [999_600, '1.0 MB'],
  [38_000_000, '38 MB'],
])('%d bytes are %s', (bytes, shown) => expect(formatBytes(bytes)).toBe(shown));

it.each([
  [420, '0.4 s'],
  [12_400, '12 s'],
  [59_700, '1 min 0 s'],
  [125_000, '2 min 5 s'],
])('%d ms take %s', (ms, shown) => expect(formatDuration(ms)).toBe(shown));

it('counts parameters', () => {
  expect(formatParameters(620_000_000)).toBe('620 M');
  expect(formatParameters(7_600_000_000)).toBe('7.6 B');
});
