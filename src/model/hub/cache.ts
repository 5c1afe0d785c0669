// SPDX-License-Identifier: Apache-2.0
import { mkdir, readdir, readFile, readlink, rename, rm, stat, symlink, writeFile, copyFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { bytesOf } from './extents';
import type { RepoFacts, RepoFile } from './repo';

/** A model in the cache. */
export interface CachedModel {
  repo: string;
  commit: string;
  /** The folder with its files. */
  folder: string;
  /** Bytes on disk, of all commits of the repository. */
  bytes: number;
}

/** One version of a model in the cache. */
export interface Snapshot {
  repo: string;
  commit: string;
  /** The branches, tags and commits by which it was downloaded. Empty: a newer one has taken its place. */
  revisions: string[];
  folder: string;
  /** Bytes of its files. Those that another version has too count for both. */
  bytes: number;
}

/** The cache folder that Python's huggingface_hub uses too. */
export function usualCache(): string {
  const { HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME } = process.env;
  if (HF_HUB_CACHE) return HF_HUB_CACHE;
  return join(HF_HOME ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'huggingface'), 'hub');
}

const PREFIX = 'models--';

/**
 * Models in the layout of huggingface_hub: `models--org--name` holds `blobs` (files by their hash), `snapshots/<commit>`
 * (links to them, with their names) and `refs` (the commit of a revision). Programs that know it share what is there.
 */
export class HubCache {
  constructor(readonly folder = usualCache()) {}

  blob({ repo }: Pick<RepoFacts, 'repo'>, { hash }: RepoFile): string {
    return join(this.repoFolder(repo), 'blobs', hash.value);
  }

  snapshot({ repo, commit }: Pick<RepoFacts, 'repo' | 'commit'>): string {
    return join(this.repoFolder(repo), 'snapshots', commit);
  }

  /** Where a file is while it is downloaded: its beginning, as huggingface_hub keeps it. */
  part(facts: Pick<RepoFacts, 'repo'>, file: RepoFile): string {
    return `${this.blob(facts, file)}.incomplete`;
  }

  /** Where a large file is while it is downloaded in ranges. Python does not know this name, and so leaves it alone. */
  rangesPart(facts: Pick<RepoFacts, 'repo'>, file: RepoFile): string {
    return `${this.blob(facts, file)}.ranges.incomplete`;
  }

  /** Says that a program downloads a file. */
  lock(facts: Pick<RepoFacts, 'repo'>, file: RepoFile): string {
    return `${this.part(facts, file)}.lock`;
  }

  /** The folder of a repository. */
  repoFolder(repo: string): string {
    return join(this.folder, PREFIX + repo.replace('/', '--'));
  }

  /** Bytes of a file that are still to be downloaded; null if it is there as a whole. */
  async missing(facts: Pick<RepoFacts, 'repo'>, file: RepoFile): Promise<number | null> {
    if ((await stat(this.blob(facts, file)).catch(() => undefined))?.size === file.size) return null;
    const prefix = (await stat(this.part(facts, file)).catch(() => undefined))?.size ?? 0;
    const inRanges = await bytesOf(this.rangesPart(facts, file), file.size);
    return Math.max(0, file.size - Math.max(prefix, inRanges));
  }

  /** Gives a blob its name in the snapshot: by a link, or by a copy where links are not allowed. */
  async link(facts: RepoFacts, file: RepoFile): Promise<void> {
    const place = join(this.snapshot(facts), ...file.path.split('/'));
    const blob = this.blob(facts, file);
    if ((await stat(place).catch(() => undefined))?.size === file.size) return;
    await mkdir(dirname(place), { recursive: true });
    const part = `${place}.${process.pid}.part`;
    await rm(part, { force: true });
    try {
      await symlink(relative(dirname(place), blob), part);
    } catch {
      await copyFile(blob, part); // Windows allows links to some users only
    }
    await rename(part, place);
  }

  /** Remembers the commit of a revision. */
  async setRef({ repo, commit }: RepoFacts, revision: string): Promise<void> {
    const ref = join(this.repoFolder(repo), 'refs', revision);
    await mkdir(dirname(ref), { recursive: true });
    await writeFile(`${ref}.part`, commit);
    await rename(`${ref}.part`, ref);
  }

  /** The folder of a model that is in the cache; undefined if it is not. */
  async find(repo: string, revision = 'main'): Promise<CachedModel | undefined> {
    const folder = this.repoFolder(repo);
    const commit = await readFile(join(folder, 'refs', revision), 'utf8').catch(() => revision);
    const snapshot = this.snapshot({ repo, commit: commit.trim() });
    if (!/^[0-9a-f]{40}$/.test(commit.trim()) || !(await stat(join(snapshot, 'config.json')).catch(() => undefined)))
      return undefined;
    return { repo, commit: commit.trim(), folder: snapshot, bytes: await bytesIn(folder) };
  }

  /** All models whose main revision is there. */
  async list(): Promise<CachedModel[]> {
    const found = await Promise.all((await this.repos()).map((repo) => this.find(repo)));
    return found.filter((model) => model !== undefined);
  }

  /** Deletes a model with all its files. @returns the bytes that were freed. */
  async remove(repo: string): Promise<number> {
    const folder = this.repoFolder(repo);
    const bytes = await bytesIn(folder);
    await rm(folder, { recursive: true, force: true });
    return bytes;
  }

  /** All versions of a model that are there, also those that are not complete. */
  async snapshots(repo: string): Promise<Snapshot[]> {
    const refs = await this.#refs(repo);
    const commits = await readdir(join(this.repoFolder(repo), 'snapshots')).catch(() => []);
    return Promise.all(
      commits.sort().map(async (commit) => {
        const folder = this.snapshot({ repo, commit });
        const revisions = refs.filter((ref) => ref.commit === commit).map(({ revision }) => revision);
        return { repo, commit, revisions, folder, bytes: await bytesIn(folder, true) };
      }),
    );
  }

  /** All versions of all models, also those whose download has not ended. */
  async versions(): Promise<Snapshot[]> {
    return (await Promise.all((await this.repos()).map((repo) => this.snapshots(repo)))).flat();
  }

  /**
   * Deletes one version of a model, and of its files those that no other version uses.
   * @param revision a branch, tag or commit.
   * @returns the bytes that were freed; undefined if it is not there.
   */
  async removeRevision(repo: string, revision: string): Promise<number | undefined> {
    const refs = await this.#refs(repo);
    const commit = refs.find((ref) => ref.revision === revision)?.commit ?? revision;
    const all = await this.snapshots(repo);
    const gone = all.find((one) => one.commit === commit);
    if (!gone) return undefined;
    if (all.length === 1) return this.remove(repo);
    const before = await bytesIn(this.repoFolder(repo));
    await this.removeSnapshot(repo, commit);
    return before - (await bytesIn(this.repoFolder(repo)));
  }

  /** Deletes the names of a version, and of its files those that no other version uses. Nothing if it is not there. */
  async removeSnapshot(repo: string, commit: string): Promise<void> {
    const folder = this.snapshot({ repo, commit });
    const blobs = await blobsOf(folder);
    for (const ref of await this.#refs(repo))
      if (ref.commit === commit) await rm(join(this.repoFolder(repo), 'refs', ref.revision));
    await rm(folder, { recursive: true, force: true });
    const used = new Set(await this.blobsInUse(repo));
    const own = join(this.repoFolder(repo), 'blobs');
    for (const blob of blobs) if (dirname(blob) === own && !used.has(blob)) await rm(blob, { force: true });
  }

  /** The files that any version of a model uses. */
  async blobsInUse(repo: string): Promise<string[]> {
    return (await Promise.all((await this.snapshots(repo)).map(({ folder }) => blobsOf(folder)))).flat();
  }

  /** The commit of each revision. */
  async #refs(repo: string): Promise<{ revision: string; commit: string }[]> {
    const folder = join(this.repoFolder(repo), 'refs');
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    return Promise.all(
      files.sort().map(async (file) => ({
        revision: relative(folder, file).replaceAll('\\', '/'),
        commit: (await readFile(file, 'utf8')).trim(),
      })),
    );
  }

  /** Bytes on the disk of a repository. */
  bytesOf(repo: string): Promise<number> {
    return bytesIn(this.repoFolder(repo));
  }

  /** The repositories of which anything is there. */
  async repos(): Promise<string[]> {
    const names = await readdir(this.folder).catch(() => []);
    const own = names.filter((name) => name.startsWith(PREFIX)).sort();
    return own.map((name) => name.slice(PREFIX.length).replace('--', '/'));
  }
}

/** Bytes of the files in a folder. Links count nothing, or what they lead to. */
async function bytesIn(folder: string, followsLinks = false): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries
    .filter((entry) => entry.isFile() || (followsLinks && entry.isSymbolicLink()))
    .map(async ({ parentPath, name }) => {
      const found = await stat(join(parentPath, name)).catch(() => undefined);
      if (!found) return 0;
      // A file that arrives in ranges has its whole length early, with holes.
      return name.endsWith('.ranges.incomplete') ? Math.min(found.size, 512 * found.blocks) : found.size;
    });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** The files that the links of a snapshot lead to. */
async function blobsOf(snapshot: string): Promise<string[]> {
  const entries = await readdir(snapshot, { recursive: true, withFileTypes: true }).catch(() => []);
  const links = entries.filter((entry) => entry.isSymbolicLink());
  return Promise.all(
    links.map(async ({ parentPath, name }) => resolve(parentPath, await readlink(join(parentPath, name)))),
  );
}
