// SPDX-License-Identifier: Apache-2.0
import { cancelled, throwIfCancelled, toErrorInfo } from '../../contract';
import { pauseFor } from '../../network';
import { Extents } from './extents';
import { BusyHub, LONGEST_PAUSE, unreachable, wrongBytes } from './failure';
import type { Hub } from './hub';
import type { RepoFacts, RepoFile } from './repo';

export interface RangeOptions {
  signal: AbortSignal | undefined;
  onBytes: ((bytes: number) => void) | undefined;
  pauses: readonly number[];
  /** Bytes of a block. */
  block: number;
}

/** Ranges of one file that are fetched at once. */
const AT_ONCE = 4;
/** Blocks of one range: so many that a hub is not asked too often, so few that all connections stay busy to the end. */
const MOST_BLOCKS = 16;

/** The host answers with the whole file, whatever is asked for. */
export class NoRanges extends Error {}

/** Errors after which a range is asked for again. `internal`: a connection that broke. */
export const LOST: ReadonlySet<string> = new Set(['server-unreachable', 'server-busy', 'internal']);

/**
 * Fetches what is missing of a large file, several ranges at once, into `part`.
 * @throws NoRanges; else as `download`. What has arrived is kept, except after wrong bytes.
 */
export async function fetchRanges(
  hub: Hub,
  facts: RepoFacts,
  file: RepoFile,
  part: string,
  { signal, onBytes, pauses, block }: RangeOptions,
): Promise<void> {
  const extents = await Extents.open(part, file.size, block, signal);
  onBytes?.(extents.bytes);
  const ended = new AbortController();
  const stop = signal ? AbortSignal.any([signal, ended.signal]) : ended.signal;
  let arrived = 0; // of all ranges together

  const fetchRow = async (row: { first: number; last: number }): Promise<void> => {
    const end = extents.end(row.last);
    let idle = 0; // tries in a row during which nothing arrived at all
    for (let at = extents.next(row); at < end; at = extents.next(row)) {
      throwIfCancelled(stop);
      const before = at;
      const arrivedBefore = arrived;
      try {
        const opened = await hub.open(facts, file.path, { from: at, to: end }, stop);
        try {
          if (!opened.isRange) throw new NoRanges();
          if (opened.from !== at) throw wrongBytes(file.path, `bytes from ${opened.from}, asked from ${at}`);
          if (opened.total !== null && opened.total !== file.size)
            throw wrongBytes(file.path, `${opened.total} bytes long, ${file.size} described`);
          for await (const bytes of opened.bytes) {
            if (at + bytes.length > end) throw wrongBytes(file.path, 'longer than the range that was asked for');
            await extents.write(bytes, at);
            at += bytes.length;
            arrived += bytes.length;
            onBytes?.(bytes.length);
          }
        } finally {
          opened.close();
        }
        if (at === before) throw unreachable(hub.host, 'it ended early');
      } catch (error) {
        if (error instanceof NoRanges) throw error;
        if (stop.aborted) throw cancelled();
        const { code } = toErrorInfo(error);
        if (!LOST.has(code)) throw error;
        // A host may serve fewer ranges at once than are asked for: while others bring bytes, this one waits its turn.
        idle = arrived > arrivedBefore ? 0 : idle + 1;
        const pause = at > before ? 0 : pauses[Math.max(0, idle - 1)];
        if (pause === undefined) throw code === 'internal' ? unreachable(hub.host, String(error)) : error;
        const asked = error instanceof BusyHub ? (error.pause ?? 0) : 0;
        if (asked > LONGEST_PAUSE) throw error;
        await pauseFor(Math.max(pause, asked), stop);
      }
    }
  };

  const worker = async (): Promise<void> => {
    const most = Math.min(MOST_BLOCKS, Math.ceil(extents.have.length / AT_ONCE));
    for (let row = extents.claim(most); row; row = extents.claim(most)) await fetchRow(row);
  };
  const workers = Array.from({ length: AT_ONCE }, worker);
  try {
    await Promise.all(workers);
  } catch (error) {
    ended.abort(); // the others keep what they have
    await Promise.allSettled(workers);
    await extents.close().catch(() => undefined); // the first error says more
    const isWrong = error instanceof NoRanges || toErrorInfo(error).code === 'download-broken';
    if (isWrong) {
      onBytes?.(-extents.bytes);
      await Extents.remove(part);
    }
    if (signal?.aborted) throw cancelled();
    throw error;
  }
  await extents.close();
}
