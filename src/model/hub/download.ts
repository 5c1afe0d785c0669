// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { cancelled, throwIfCancelled, toErrorInfo } from '../../contract';
import { pauseFor } from '../../network';
import { BLOCK, bytesOf, Extents } from './extents';
import { BusyHub, inUse, LONGEST_PAUSE, unreachable, wrongBytes } from './failure';
import type { HubCache } from './cache';
import type { Hub } from './hub';
import { lock } from './lock';
import { fetchRanges, LOST, NoRanges } from './ranges';
import type { RepoFacts, RepoFile } from './repo';

export interface DownloadOptions {
  signal?: AbortSignal | undefined;
  /** Called with bytes that have arrived, and with a negative number for bytes that were thrown away. */
  onBytes?: ((bytes: number) => void) | undefined;
  /** Pauses before a connection that brought nothing is tried again, in milliseconds. */
  pauses?: readonly number[] | undefined;
  /** Bytes from which a file is fetched in several ranges at once. Default: 100 MB. */
  large?: number | undefined;
  /** Bytes of a block of such a file. Default: `BLOCK`. */
  block?: number | undefined;
}

const PAUSES = [500, 2000, 5000, 10_000, 20_000];
const LARGE = 100e6;

/**
 * Downloads a file into its blob, a large one in several ranges at once. What an earlier, interrupted download has left
 * is continued. The file gets its name only when it is complete, has the right hash and is on the disk, so that nothing
 * partial is ever used.
 * @throws download-broken for bytes that differ from what the hub describes; server-unreachable after several tries that
 * brought nothing; server-denied, server-busy, disk-full; cancelled, and then what has arrived is kept.
 */
export async function download(
  hub: Hub,
  cache: HubCache,
  facts: RepoFacts,
  file: RepoFile,
  options: DownloadOptions = {},
): Promise<void> {
  const blob = cache.blob(facts, file);
  await mkdir(dirname(blob), { recursive: true });
  const unlock = await lock(cache.lock(facts, file), () => inUse(file.path), options.signal);
  try {
    const had = await begun(cache, facts, file, options);
    for (const isFirst of [true, false]) {
      const part = await fetchPart(hub, cache, facts, file, options);
      if ((await hashOf(part, file, options.signal)) === file.hash.value) {
        await rename(part, blob);
        await Extents.forget(part);
        return;
      }
      await Extents.remove(part);
      options.onBytes?.(-file.size);
      // Bytes from before may have been damaged, for example by a power failure. New ones get one more chance.
      if (!isFirst || had === 0) throw wrongBytes(file.path, 'hash');
    }
  } finally {
    await unlock();
  }
}

/** Deletes what an earlier download has left of a file that another program, such as Python, has completed since. */
export async function removeBegun(cache: HubCache, facts: RepoFacts, file: RepoFile): Promise<void> {
  const part = cache.rangesPart(facts, file);
  if (!(await Extents.isBegun(part))) return;
  const unlock = await lock(cache.lock(facts, file), () => inUse(file.path), undefined);
  await Extents.remove(part).finally(unlock);
}

/** Bytes from an earlier download that are continued. */
async function begun(cache: HubCache, facts: RepoFacts, file: RepoFile, options: DownloadOptions): Promise<number> {
  const inRanges = await bytesOf(cache.rangesPart(facts, file), file.size);
  const prefix = await sizeOf(cache.part(facts, file));
  return usesRanges(file, prefix, inRanges, options) ? inRanges : Math.min(prefix, file.size);
}

/** A beginning that Python or an earlier version has left is continued as it is: in one stream. */
function usesRanges(
  { size }: RepoFile,
  prefix: number,
  inRanges: number,
  { large = LARGE, block = BLOCK }: DownloadOptions,
): boolean {
  return size >= large && (prefix < block || inRanges > prefix);
}

/** Fetches all bytes. @returns the file that holds them. */
async function fetchPart(
  hub: Hub,
  cache: HubCache,
  facts: RepoFacts,
  file: RepoFile,
  options: DownloadOptions,
): Promise<string> {
  const { signal, onBytes, pauses = PAUSES, block = BLOCK } = options;
  const ranges = cache.rangesPart(facts, file);
  const part = cache.part(facts, file);
  const [prefix, inRanges] = [await sizeOf(part), await bytesOf(ranges, file.size)];
  if (usesRanges(file, prefix, inRanges, options)) {
    try {
      await fetchRanges(hub, facts, file, ranges, { signal, onBytes, pauses, block });
      return ranges;
    } catch (error) {
      if (!(error instanceof NoRanges)) throw error;
    }
  }
  await Extents.remove(ranges);
  onBytes?.(Math.min(prefix, file.size));
  await fetchRest(hub, facts, file, part, options);
  return part;
}

/** Appends to the part until it has the file's size. */
async function fetchRest(
  hub: Hub,
  facts: RepoFacts,
  file: RepoFile,
  part: string,
  { signal, onBytes, pauses = PAUSES }: DownloadOptions,
): Promise<void> {
  const out = await open(part, 'a+');
  try {
    let have = (await out.stat()).size;
    if (have > file.size) await out.truncate((have = 0)); // left by another version of the file
    let idle = 0; // tries in a row that brought nothing
    while (have < file.size) {
      throwIfCancelled(signal);
      const before = have;
      try {
        const opened = await hub.open(facts, file.path, { from: have }, signal);
        try {
          if (opened.from !== have) {
            await out.truncate(0); // the host ignores ranges
            onBytes?.(-have);
            have = 0;
          }
          for await (const bytes of opened.bytes) {
            if (have + bytes.length > file.size) throw wrongBytes(file.path, 'longer than described');
            await out.appendFile(bytes);
            have += bytes.length;
            onBytes?.(bytes.length);
          }
        } finally {
          opened.close();
        }
        // The connection ended in order, but early: a proxy may have cut it.
        if (have < file.size && have === before) throw unreachable(hub.host, 'it ended early');
      } catch (error) {
        if (signal?.aborted) throw cancelled();
        const { code } = toErrorInfo(error);
        if (!LOST.has(code)) {
          if (code === 'download-broken') await rm(part, { force: true });
          throw error;
        }
        idle = have > before ? 0 : idle + 1;
        const pause = pauses[idle - 1] ?? (idle === 0 ? 0 : undefined);
        if (pause === undefined) throw code === 'internal' ? unreachable(hub.host, String(error)) : error;
        const asked = error instanceof BusyHub ? (error.pause ?? 0) : 0;
        if (asked > LONGEST_PAUSE) throw error;
        await pauseFor(Math.max(pause, asked), signal);
      }
    }
    await out.sync();
  } finally {
    await out.close();
  }
}

/** The hash that the hub uses for a file: sha256, or git's for small files. */
async function hashOf(path: string, { hash, size }: RepoFile, signal: AbortSignal | undefined): Promise<string> {
  const sum = createHash(hash.kind === 'sha256' ? 'sha256' : 'sha1');
  if (hash.kind === 'git') sum.update(`blob ${size}\0`);
  for await (const bytes of createReadStream(path, { highWaterMark: 1 << 20 })) {
    throwIfCancelled(signal);
    sum.update(bytes as Buffer);
  }
  return sum.digest('hex');
}

const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => undefined))?.size ?? 0;
