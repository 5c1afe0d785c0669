// SPDX-License-Identifier: Apache-2.0
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { HubCache } from './cache';
import { Extents } from './extents';
import { inUse } from './failure';
import { lock } from './lock';
import type { RepoFacts, RepoFile } from './repo';

/** A download that has begun and has not ended. */
export interface Begun {
  repo: string;
  commit: string;
  /** The branch, tag or commit that was asked for. */
  revision: string;
  /** Bytes that are there, and of all files together. */
  done: number;
  total: number;
}

/** What is to be downloaded, kept beside the model until it is there, so that its rest is known without the hub. */
const Plan = z.object({
  revision: z.string(),
  files: z.array(
    z.object({
      path: z.string(),
      size: z.number().int().nonnegative(),
      hash: z.object({ kind: z.enum(['sha256', 'git']), value: z.string().regex(/^[0-9a-f]+$/) }),
    }),
  ),
});

const folderOf = (cache: HubCache, repo: string): string => join(cache.repoFolder(repo), '.begun');
const planOf = (cache: HubCache, { repo, commit }: Pick<RepoFacts, 'repo' | 'commit'>): string =>
  join(folderOf(cache, repo), `${commit}.json`);

/** Notes that a download begins. */
export async function noteBegun(
  cache: HubCache,
  facts: RepoFacts,
  revision: string,
  files: readonly RepoFile[],
): Promise<void> {
  const path = planOf(cache, facts);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.part`, JSON.stringify({ revision, files }));
  await rename(`${path}.part`, path);
}

/** Forgets a download that has ended. */
export async function forgetBegun(cache: HubCache, facts: Pick<RepoFacts, 'repo' | 'commit'>): Promise<void> {
  await rm(planOf(cache, facts), { force: true });
  if ((await readdir(folderOf(cache, facts.repo)).catch(() => [])).length === 0)
    await rm(folderOf(cache, facts.repo), { recursive: true, force: true });
}

/** The downloads of a repository that have begun and have not ended. */
export async function begunOf(cache: HubCache, repo: string): Promise<Begun[]> {
  const names = await readdir(folderOf(cache, repo)).catch(() => []);
  const commits = names.flatMap((name) => /^([0-9a-f]{40})\.json$/.exec(name)?.[1] ?? []);
  const all = commits.map(async (commit): Promise<Begun | undefined> => {
    const plan = await readPlan(cache, { repo, commit });
    if (!plan) return undefined;
    const missing = await Promise.all(plan.files.map((file) => cache.missing({ repo }, file)));
    const total = plan.files.reduce((sum, { size }) => sum + size, 0);
    const rest = missing.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
    return { repo, commit, revision: plan.revision, done: total - rest, total };
  });
  return (await Promise.all(all)).filter((one) => one !== undefined);
}

/**
 * Deletes what a download has left, except for files that another version uses.
 * @throws download-broken while a program is at it.
 */
export async function discardBegun(
  cache: HubCache,
  { repo, commit }: Pick<RepoFacts, 'repo' | 'commit'>,
): Promise<void> {
  const files = (await readPlan(cache, { repo, commit }))?.files ?? [];
  await mkdir(join(cache.repoFolder(repo), 'blobs'), { recursive: true });
  const unlocks: (() => Promise<void>)[] = [];
  try {
    // A program that was killed may take a moment to end, while the disk is busy.
    for (const file of files) unlocks.push(await lock(cache.lock({ repo }, file), () => inUse(file.path), undefined));
    await cache.removeSnapshot(repo, commit);
    const used = new Set(await cache.blobsInUse(repo));
    for (const file of files) {
      await Extents.remove(cache.rangesPart({ repo }, file));
      await rm(cache.part({ repo }, file), { force: true });
      if (!used.has(cache.blob({ repo }, file))) await rm(cache.blob({ repo }, file), { force: true });
    }
    await forgetBegun(cache, { repo, commit });
  } finally {
    for (const unlock of unlocks) await unlock();
  }
  if ((await cache.snapshots(repo)).length === 0) await cache.remove(repo);
}

async function readPlan(
  cache: HubCache,
  facts: Pick<RepoFacts, 'repo' | 'commit'>,
): Promise<z.infer<typeof Plan> | undefined> {
  const text = await readFile(planOf(cache, facts), 'utf8').catch(() => 'null');
  try {
    return Plan.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
