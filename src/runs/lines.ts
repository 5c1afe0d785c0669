// SPDX-License-Identifier: Apache-2.0
import { createReadStream } from 'node:fs';

/** A line of a JSON Lines file. */
export interface FileLine {
  /** Counted from 1. */
  number: number;
  text: string;
  /** Whether it ends with a line feed. A last line without one may have been cut while it was written. */
  whole: boolean;
  /** The byte at which the line begins. */
  from: number;
  /** Its length, without the line feed. */
  bytes: number;
}

/**
 * The lines of a file, one at a time, so that its size does not matter. Only a line feed ends a line: JSON may hold every
 * other separator of lines as it is. Empty lines are left out.
 */
export async function* linesOfFile(path: string, signal?: AbortSignal): AsyncGenerator<FileLine> {
  let pieces: Buffer[] = [];
  let number = 1;
  let from = 0;
  const line = (whole: boolean): FileLine | undefined => {
    const bytes = Buffer.concat(pieces);
    const text = bytes.toString('utf8').replace(/^\ufeff/, '');
    const made = { number: number++, text, whole, from, bytes: bytes.length };
    pieces = [];
    from += bytes.length + 1;
    return text.trim() === '' ? undefined : made;
  };
  for await (const chunk of createReadStream(path, { signal }) as AsyncIterable<Buffer>) {
    let rest = chunk;
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
      pieces.push(rest.subarray(0, end));
      rest = rest.subarray(end + 1);
      const made = line(true);
      if (made) yield made;
    }
    pieces.push(rest);
  }
  const last = line(false);
  if (last) yield last;
}
