// SPDX-License-Identifier: Apache-2.0
import type { HubFacts, HubModel, HubToken, ProgressInfo } from '../../contract';
import type { z } from 'zod';
import { bridge, unwrap } from './bridge';
import { choose } from './settings';
import { get, set } from './store';

/** Models of the hub: downloaded ones, and the download in progress. */

const receive = (models: HubModel[] | undefined): void => {
  if (models) set({ hubModels: models });
};

/** Reads the downloaded models, and once the suggested ones. */
export async function readHubModels(): Promise<void> {
  receive(await unwrap(() => bridge()['hub.models'](undefined)));
  if (get().catalog.length > 0) return;
  const catalog = await unwrap(() => bridge()['hub.catalog'](undefined));
  if (catalog) set({ catalog });
}

/** Downloads a model, or goes on with it. One at a time. */
export async function getHubModel(repo: string): Promise<void> {
  if (get().hubJob) return;
  const onEvent = (event: z.output<typeof ProgressInfo> | HubFacts): void => {
    const { hubJob } = get();
    if (!hubJob) return;
    if (!('step' in event)) return set({ hubJob: { ...hubJob, facts: event } });
    const now = performance.now();
    const first = hubJob.first ?? { bytes: event.done, at: now };
    const seconds = (now - first.at) / 1000;
    const rate = seconds > 1 ? (event.done - first.bytes) / seconds : 0;
    set({ hubJob: { ...hubJob, first, rate, progress: event } });
  };
  set({ hubError: null });
  const handle = bridge()['hub.get']({ repo }, onEvent);
  set({ hubJob: { repo, facts: null, progress: null, first: null, rate: 0, cancel: () => handle.cancel() } });
  const reply = await handle.result;
  set({ hubJob: null });
  if (!reply.ok && reply.error.code !== 'cancelled') set({ hubError: reply.error });
  await readHubModels();
}

/** Asks the hub for a newer version of a downloaded model, and downloads it. */
export async function updateHubModel(repo: string): Promise<void> {
  const commit = () => get().hubModels.find((model) => model.repo === repo)?.commit;
  const before = commit();
  set({ hubNews: null });
  await getHubModel(repo);
  if (!get().hubError && commit() != null) set({ hubNews: { repo, isNew: commit() !== before } });
}

export const pauseHubModel = (): void => get().hubJob?.cancel();

/** Loads a downloaded model, which is prepared for this machine first, and measures it. */
export async function chooseHubModel(repo: string): Promise<void> {
  let fingerprint: string | undefined;
  await choose(async () => {
    const reply = await bridge()['hub.use']({ repo });
    if (reply.ok) ({ fingerprint } = reply.value);
    return reply;
  });
  void readHubModels(); // its graphs are beside it now
  if (fingerprint !== undefined) await measureModel(fingerprint);
}

/** Measures how soon the loaded model answers. */
export async function measureModel(fingerprint: string): Promise<void> {
  set({ modelSpeed: { fingerprint, speed: null } });
  const speed = await unwrap(() => bridge()['model.speed'](undefined));
  set({ modelSpeed: speed ? { fingerprint, speed } : null });
}

/** Whether there is a token for the hub. @param token replaces it; empty: it is forgotten. */
export const hubToken = (token?: string): Promise<HubToken | undefined> =>
  unwrap(() => bridge()['hub.token'](token === undefined ? {} : { token }));

export const showHubModel = (repo: string): Promise<void> => unwrap(() => bridge()['hub.show']({ repo }));

/** Deletes what a download that has not ended has left. */
export const discardHubModel = async (repo: string): Promise<void> =>
  receive(
    await unwrap(
      () => bridge()['hub.discard']({ repo }),
      (error) => set({ hubError: error }),
    ),
  );

export const removeHubModel = async (repo: string): Promise<void> =>
  receive(
    await unwrap(
      () => bridge()['hub.remove']({ repo }),
      (error) => set({ hubError: error }),
    ),
  );
