// SPDX-License-Identifier: Apache-2.0
import type { ModelsPlace } from '../../contract';
import { bridge, unwrap } from './bridge';
import { readHubModels } from './hub';
import { get, set } from './store';

/** The folder in which downloaded models are kept. */

export async function readModelsPlace(): Promise<void> {
  const place = await unwrap(() => bridge()['hub.place'](undefined));
  if (place) set({ modelsPlace: place });
}

/**
 * Keeps models in another folder and moves those that are in the old one.
 * @param to `chosen`: a dialog asks for it. `shared`: the cache that other programs use too. `here`: the folder in use.
 * @param withShared takes the models out of the shared cache, too.
 */
export async function moveModels(to: 'chosen' | 'shared' | 'here', withShared: boolean): Promise<void> {
  if (get().modelsMove) return;
  const handle = bridge()['hub.move']({ to, withShared }, (progress) =>
    set({ modelsMove: { progress, cancel: () => handle.cancel() } }),
  );
  set({ modelsMoveError: null, modelsMove: { progress: null, cancel: () => handle.cancel() } });
  const reply = await handle.result;
  set({ modelsMove: null });
  if (reply.ok) receive(reply.value);
  else if (reply.error.code !== 'cancelled') set({ modelsMoveError: reply.error });
  await readHubModels();
}

const receive = (place: ModelsPlace | null): void => {
  if (place) set({ modelsPlace: place });
};

export const cancelModelsMove = (): void => get().modelsMove?.cancel();

export const showModelsPlace = (): Promise<void> => unwrap(() => bridge()['hub.showPlace'](undefined));
