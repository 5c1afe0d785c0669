// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { ModelInfo } from '../ask';
import { CatalogModel, HubFacts, HubModel, HubToken, ModelsPlace, RepoName } from '../hub';
import { ProgressInfo } from '../wire';
import { none, nothing, type Calls } from './call';

const repo = z.object({ repo: RepoName });
const event = z.union([ProgressInfo, HubFacts]);

/** Models of the hub. Only `hub.get` contacts it. */
export const hub = {
  /** The suggested models, and whether they fit this machine. Contacts nothing. */
  'hub.catalog': { owner: 'engine', request: none, answer: z.array(CatalogModel) },
  'hub.models': { owner: 'engine', request: none, answer: z.array(HubModel) },
  /** Downloads a model, or goes on with one. When it is cancelled, what has arrived is kept. */
  'hub.get': { owner: 'main', request: repo, event, answer: HubModel },
  /** Loads a downloaded model. @throws as `model.pick`; model-missing. */
  'hub.use': { owner: 'main', request: repo, answer: ModelInfo },
  /** Shows the model's folder in the file manager. @throws model-missing. */
  'hub.show': { owner: 'main', request: repo, answer: nothing },
  /** Deletes a downloaded model. @throws bad-request for the model in use. */
  'hub.remove': { owner: 'main', request: repo, answer: z.array(HubModel) },
  /** Deletes what a download that has not ended has left. @throws download-broken while a program is at it. */
  'hub.discard': { owner: 'main', request: repo, answer: z.array(HubModel) },
  /**
   * The token for models whose terms have to be accepted, of the hub that is in use now.
   * `token`: empty: it is forgotten; absent: it stays. @throws bad-request for characters that no token has.
   */
  'hub.token': { owner: 'main', request: z.object({ token: z.string().max(10_000).optional() }), answer: HubToken },

  /** Where models are kept. */
  'hub.place': { owner: 'engine', request: none, answer: ModelsPlace },
  /**
   * Keeps models in another folder, and moves those that are in the old one. `chosen`: a dialog asks for it; null if the
   * user closed it. `shared`: the cache that other programs use too. `here`: the folder in use, with `withShared`, which
   * takes the models out of the shared cache. @throws as `moveModels`.
   */
  'hub.move': {
    owner: 'main',
    request: z.object({ to: z.enum(['chosen', 'shared', 'here']), withShared: z.boolean() }),
    event: ProgressInfo,
    answer: ModelsPlace.nullable(),
  },
  /** Shows the folder in the file manager. */
  'hub.showPlace': { owner: 'main', request: none, answer: nothing },
  /** Copies folders of models, and reads every byte again. */
  'hub.copy': {
    owner: 'engine',
    from: 'main',
    request: z.object({ jobs: z.array(z.object({ from: z.string(), to: z.string() })) }),
    event: ProgressInfo,
    answer: nothing,
  },

  'hub.fetch': {
    owner: 'engine',
    from: 'main',
    /** `proxy`: as the system names it for the hub; null for none. `token`: that of the user; null for none. */
    request: repo.extend({ proxy: z.string().nullable(), token: z.string().nullable() }),
    event,
    answer: HubModel,
  },
} as const satisfies Calls;
