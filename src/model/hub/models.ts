// SPDX-License-Identifier: Apache-2.0
import { begunOf, type Begun } from './begun';
import type { HubCache } from './cache';

/** A model of which something is in the cache: a version that can be used, a download that has not ended, or both. */
export interface ModelHere {
  repo: string;
  /** The version that is used, and its folder; null: none is there as a whole. */
  commit: string | null;
  folder: string | null;
  /** Bytes on the disk, of all versions. */
  bytes: number;
  begun: Begun | null;
}

/** The main version of a model in a cache; undefined if it has neither a version that can be used nor a download that has not ended. */
export async function modelIn(cache: HubCache, repo: string): Promise<ModelHere | undefined> {
  const [found, all] = await Promise.all([cache.find(repo), begunOf(cache, repo)]);
  const begun = all.filter(({ revision }) => revision === 'main');
  // What Python has fetched a part of may look whole.
  const whole = begun.some(({ commit }) => commit === found?.commit) ? undefined : found;
  if (!whole && begun.length === 0) return undefined;
  const { commit = null, folder = null } = whole ?? {};
  return { repo, commit, folder, bytes: await cache.bytesOf(repo), begun: begun[0] ?? null };
}

/** All models in a cache, by name. */
export async function modelsIn(cache: HubCache): Promise<ModelHere[]> {
  const all = await Promise.all((await cache.repos()).map((repo) => modelIn(cache, repo)));
  return all.filter((model) => model !== undefined);
}
