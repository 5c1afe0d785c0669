// SPDX-License-Identifier: Apache-2.0
import { mkdir, statfs } from 'node:fs/promises';
import { formatBytes, say, throwIfCancelled, ZoetropeError, type OnProgress } from '../../contract';
import { readModelSettings } from '../folder';
import { begunOf, discardBegun, forgetBegun, noteBegun } from './begun';
import type { HubCache } from './cache';
import { download, removeBegun } from './download';
import type { Hub } from './hub';
import type { RepoFacts, RepoFile } from './repo';

/** Files downloaded at once. */
const AT_ONCE = 3;
/** Bytes that stay free on the disk. */
const SPARE = 200e6;

/** Small files that describe a model. Anything else, such as code and pickles, is never downloaded. */
const SETTINGS =
  /^(config|generation_config|preprocessor_config|processor_config|video_preprocessor_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|chat_template|vocab|outside|model\.safetensors\.index)\.json$|^(chat_template\.jinja|merges\.txt|LICENSE(\.\w+)?)$/;
const WEIGHTS = /^[^/]+\.safetensors$/;
const GRAPHS = /^onnx\/[^/]+\.onnx(_data(_\d+)?)?$/;

/** The files of a repository that a model needs, those that describe it first. @throws model-incomplete */
export function filesOf({ repo, files }: RepoFacts): { settings: RepoFile[]; weights: RepoFile[] } {
  const settings = files.filter(({ path }) => SETTINGS.test(path));
  const tensors = files.filter(({ path }) => WEIGHTS.test(path));
  const weights = tensors.length > 0 ? tensors : files.filter(({ path }) => GRAPHS.test(path));
  if (settings.some(({ path }) => path === 'config.json') && weights.length > 0) return { settings, weights };
  throw new ZoetropeError(
    'model-incomplete',
    say`"${repo}" has no model in a form that Zoetrope reads: a config.json, and weights as safetensors or ONNX.`,
    say`Take the repository of the original model. GGUF files run in Ollama or llama.cpp, which Zoetrope can ask.`,
  );
}

export interface GetOptions {
  revision?: string | undefined;
  signal?: AbortSignal | undefined;
  /** In bytes of all files together, those that were there already included. */
  onProgress?: OnProgress | undefined;
  /** Called before anything large is downloaded, with the bytes that are still missing. */
  onFacts?: ((facts: RepoFacts, missing: number) => void) | undefined;
}

/**
 * Downloads a model into the cache, or completes one. Its description comes first: a model that cannot run here is
 * refused before its weights are fetched.
 * @returns the folder of the model.
 * @throws model-unsupported, model-incomplete, disk-full; as `Hub.facts` and `download`; cancelled: what arrived is kept.
 */
export async function getModel(
  hub: Hub,
  cache: HubCache,
  repo: string,
  { revision = 'main', signal, onProgress, onFacts }: GetOptions = {},
): Promise<{ folder: string; facts: RepoFacts }> {
  const facts = await hub.facts(repo, revision, signal);
  const { settings, weights } = filesOf(facts);
  const all = [...settings, ...weights];
  const total = all.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const onBytes = (bytes: number): void => {
    done += bytes;
    onProgress?.({ step: 'download', done, total });
  };
  const fetchAll = async (files: readonly RepoFile[]): Promise<void> => {
    const queue = [...files];
    const ended = new AbortController();
    const stop = signal ? AbortSignal.any([signal, ended.signal]) : ended.signal;
    const worker = async (): Promise<void> => {
      for (let file = queue.shift(); file; file = queue.shift()) {
        if ((await cache.missing(facts, file)) === null) {
          await removeBegun(cache, facts, file);
          onBytes(file.size);
        } else await download(hub, cache, facts, file, { signal: stop, onBytes });
        await cache.link(facts, file);
      }
    };
    const workers = Array.from({ length: AT_ONCE }, worker);
    try {
      await Promise.all(workers);
    } catch (error) {
      ended.abort(); // the others keep what they have
      await Promise.allSettled(workers);
      throwIfCancelled(signal);
      throw error;
    }
  };
  await fetchAll(settings);
  const folder = cache.snapshot(facts);
  await readModelSettings(folder);
  const missing = await Promise.all(weights.map((file) => cache.missing(facts, file)));
  const needed = missing.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
  onFacts?.(facts, needed);
  // A branch that has moved: what was begun of its old commit is of no use.
  for (const old of await begunOf(cache, repo))
    if (old.revision === revision && old.commit !== facts.commit) await discardBegun(cache, old).catch(() => undefined);
  await checkRoom(cache.folder, needed);
  if (needed > 0) await noteBegun(cache, facts, revision, all);
  await fetchAll(weights);
  await cache.setRef(facts, revision);
  await forgetBegun(cache, facts);
  return { folder, facts };
}

async function checkRoom(folder: string, needed: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (needed + SPARE <= free) return;
  throw new ZoetropeError(
    'disk-full',
    say`The model needs ${formatBytes(needed)} more, and ${formatBytes(free)} are free on the disk.`,
    say`Free some space, or choose a models folder on another disk.`,
  );
}
