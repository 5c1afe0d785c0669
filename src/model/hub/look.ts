// SPDX-License-Identifier: Apache-2.0
import { toErrorInfo } from '../../contract';
import { readModelSettings } from '../folder';
import { HubCache } from './cache';
import { download } from './download';
import { filesOf } from './get';
import type { Hub } from './hub';
import type { RepoFacts } from './repo';

/** A model of the hub, before it is downloaded. */
export interface Look {
  facts: RepoFacts;
  /** Bytes of what would be downloaded; null if it cannot run here. */
  bytes: number | null;
  /** What people call the kind of model; null if it cannot run here. */
  family: string | null;
  /** Why it cannot run here, and what to do, in English; null if it can. */
  refusal: string | null;
}

const UNFIT: ReadonlySet<string> = new Set(['model-unsupported', 'model-incomplete', 'model-missing']);

/**
 * Asks the hub about a model and reads the small files that describe it.
 * @param folder an empty folder for those files; the caller deletes it.
 * @throws as `Hub.facts` and `download`.
 */
export async function lookAt(
  hub: Hub,
  repo: string,
  { revision = 'main', folder, signal }: { revision?: string; folder: string; signal?: AbortSignal },
): Promise<Look> {
  const facts = await hub.facts(repo, revision, signal);
  try {
    const { settings, weights } = filesOf(facts);
    const cache = new HubCache(folder);
    for (const file of settings) {
      await download(hub, cache, facts, file, { signal });
      await cache.link(facts, file);
    }
    const { family } = await readModelSettings(cache.snapshot(facts));
    return { facts, bytes: [...settings, ...weights].reduce((sum, { size }) => sum + size, 0), family, refusal: null };
  } catch (error) {
    const { code, message, advice } = toErrorInfo(error);
    if (!UNFIT.has(code)) throw error;
    return { facts, bytes: null, family: null, refusal: `${message} ${advice}` };
  }
}
