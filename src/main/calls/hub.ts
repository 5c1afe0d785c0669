// SPDX-License-Identifier: Apache-2.0
import { dirname, join } from 'node:path';
import { cancelled, placeOf, say, ZoetropeError, type MainHandlers } from '../../contract';
import type { Library } from '../../library';
import { begunOf, checkRepo, discardBegun, Hub, MARKER, moveModels, type ModelFolders } from '../../model';
import { Secret } from '../../network';
import type { OpenDialogs } from '../dialogs';
import type { EngineSupervisor } from '../engine-supervisor';
import { HUB_TOKEN, type Keys } from '../keys';
import type { ModelChoice } from '../model-choice';
import { systemProxy } from '../system-proxy';

/** Calls about models of the hub. A page names a repository; only this process knows its folder. */
export const hubCalls = (
  engine: Pick<EngineSupervisor, 'call' | 'status'>,
  models: Pick<ModelChoice, 'choose' | 'leave' | 'load'>,
  folders: ModelFolders,
  library: Pick<Library, 'get' | 'set'>,
  keys: Pick<Keys, 'get' | 'set' | 'state'>,
  dialogs: Pick<OpenDialogs, 'mayDownload' | 'folder'>,
  show: (path: string) => void,
) => {
  /** Asks once for each hub beyond this machine, because a page must not be able to send anything out by itself. */
  const allow = async ({ host, page }: { host: string; page: string }): Promise<void> => {
    if (placeOf(page).loopback || library.get('hub') === host) return;
    if (!(await dialogs.mayDownload(host))) throw cancelled();
    library.set('hub', host);
  };
  /** A token is kept with the origin of its hub, so that no other hub, such as a mirror named later, is sent it. */
  const tokenFor = ({ origin }: Hub): string | null => {
    const [ofHub, token] = keys.get(HUB_TOKEN)?.split(' ') ?? [];
    return ofHub === origin && token ? token : null;
  };
  const folderOf = async (repo: string): Promise<string> => {
    const found = await folders.find(checkRepo(repo));
    if (found) return found.folder;
    throw new ZoetropeError('model-missing', say`"${repo}" has not been downloaded.`, say`Download it first.`);
  };
  return {
    'hub.get': async ({ repo }, emit, signal) => {
      const hub = new Hub();
      const page = hub.page(checkRepo(repo));
      await allow({ host: hub.host, page });
      const proxy = placeOf(page).loopback ? null : await systemProxy(page);
      return engine.call('hub.fetch', { repo, proxy, token: tokenFor(hub) }, emit, signal);
    },
    'hub.token': ({ token }) => {
      const hub = new Hub();
      if (token !== undefined) {
        const text = new Secret(token).reveal();
        keys.set(HUB_TOKEN, text && `${hub.origin} ${text}`);
      }
      const state = tokenFor(hub) === null ? 'none' : keys.state(HUB_TOKEN);
      return { state, fromEnvironment: Boolean(process.env['HF_TOKEN']?.trim()) };
    },
    'hub.use': async ({ repo }) => models.choose(await folderOf(repo)),
    'hub.show': async ({ repo }) => show(join(await folderOf(repo), 'config.json')),
    'hub.remove': async ({ repo }) => {
      const folder = await folderOf(repo);
      const { status } = engine;
      // Another version of it may be the one in use.
      if (status.state === 'ready' && dirname(status.model.folder) === dirname(folder)) {
        throw new ZoetropeError(
          'bad-request',
          say`"${repo}" is the model in use.`,
          say`Use another model first, then remove this one.`,
        );
      }
      await (await folders.cacheToChange(repo)).remove(repo);
      return engine.call('hub.models', undefined);
    },
    'hub.discard': async ({ repo }) => {
      const cache = await folders.cacheToChange(checkRepo(repo));
      for (const begun of await begunOf(cache, repo)) if (begun.revision === 'main') await discardBegun(cache, begun);
      return engine.call('hub.models', undefined);
    },
    'hub.move': async ({ to, withShared }, emit, signal) => {
      const { folder } = await folders.read();
      const target = to === 'chosen' ? await dialogs.folder() : to === 'here' ? folder : null;
      if (target === undefined) return null;
      let hasLeft = false;
      try {
        await moveModels(folders, target, {
          withShared,
          signal,
          onProgress: emit,
          copy: (jobs, stop, onProgress) => engine.call('hub.copy', { jobs }, onProgress, stop),
          beforeSwitch: async (leaving) => void (hasLeft = await models.leave(leaving)),
        });
      } finally {
        if (hasLeft) models.load().catch(() => undefined); // its failure is shown by the engine's status
      }
      return engine.call('hub.place', undefined);
    },
    'hub.showPlace': async () => {
      const { folder } = await folders.read();
      show(folder === null ? folders.shared : join(folder, MARKER));
    },
  } satisfies Partial<MainHandlers>;
};
