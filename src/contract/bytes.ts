// SPDX-License-Identifier: Apache-2.0
const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** A file size as text, in powers of 1000 as file managers show it. */
export function formatBytes(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit] ?? 'TB'}`;
}
