// SPDX-License-Identifier: Apache-2.0
/**
 * Parses a `bytes=` header with a single range for a file of `size` bytes. Both ends are inclusive. Undefined if no
 * range was requested (RFC 9110, 14.1).
 */
export function byteRange(
  header: string | null,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const match = header === null ? null : /^bytes=(\d*)-(\d*)$/.exec(header);
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const [, from = '', to = ''] = match;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  return start > end || (from === '' && Number(to) === 0) ? 'unsatisfiable' : { start, end };
}
