// SPDX-License-Identifier: Apache-2.0
import { paced, type EngineHandlers, type OnProgress, type Progress } from '../contract';
import { describeCatalog } from '../engine';
import { copyFolders, getModel, Hub, modelIn, type ModelFolders } from '../model';
import { Secret } from '../network';

/** The handlers of calls about models of the hub. */
export function hubHandlers(
  folders: ModelFolders,
): Pick<EngineHandlers, 'hub.catalog' | 'hub.models' | 'hub.fetch' | 'hub.place' | 'hub.copy'> {
  return {
    'hub.catalog': () => describeCatalog(),
    'hub.models': () => folders.models(),
    'hub.place': () => folders.place(),
    'hub.copy': ({ jobs }, emit, signal) => copyFolders(jobs, signal, paced(emit)),
    'hub.fetch': async ({ repo, proxy, token: kept }, emit, signal) => {
      const token = process.env['HF_TOKEN']?.trim() || kept;
      const cache = await folders.cacheToChange(repo);
      const hub = new Hub({ proxy, ...(token && { token: new Secret(token) }) });
      const progress = new LatestProgress(emit);
      try {
        await getModel(hub, cache, repo, {
          signal,
          onProgress: (now) => progress.push(now),
          onFacts: ({ license }, missing) => emit({ license, missing }),
        });
      } finally {
        progress.end();
      }
      return (await modelIn(cache, repo)) ?? { repo, commit: null, bytes: 0, begun: null };
    },
  };
}

/** Milliseconds between two reports. */
const EVERY = 150;

/** Reports progress now and then, and always the latest: a download that stalls must not show less than there is. */
class LatestProgress {
  #latest: Progress | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly tell: OnProgress) {}

  push(progress: Progress): void {
    this.#latest = progress;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.tell(this.#latest!);
    }, EVERY);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
