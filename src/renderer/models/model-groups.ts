// SPDX-License-Identifier: Apache-2.0
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { modelsOf, type ServerModelRef, type ShownServer } from '../../contract';
import { useStore } from '../state';

/** A model that can answer. */
export interface ModelOption {
  /** A model of a server; null: the local model. */
  ref: ServerModelRef | null;
  name: string;
  /** Whether it accepts pictures; null if its server does not say. */
  pictures: boolean | null;
}

/** The local model, or the models of one server. */
export interface ModelGroup {
  server: ShownServer | null;
  options: readonly ModelOption[];
}

export const sameModel = (a: ServerModelRef | null, b: ServerModelRef | null): boolean =>
  a?.server === b?.server && a?.model === b?.model;

/** The local model first, then those of each server. Servers are not contacted: their last lists are shown. */
export function useModelGroups(): ModelGroup[] {
  const { t } = useTranslation();
  const servers = useStore((s) => s.servers);
  const engine = useStore((s) => s.engine);
  return useMemo(() => {
    const local = engine.state === 'ready' && !engine.model.bundled ? engine.model.name : t('model.bundledName');
    return [
      { server: null, options: [{ ref: null, name: local, pictures: true }] },
      ...servers.map((server) => ({
        server,
        options: modelsOf(server).map(({ id, pictures }) => ({
          ref: { server: server.id, model: id },
          name: id,
          pictures,
        })),
      })),
    ];
  }, [servers, engine, t]);
}

/** The server of a model; null for the local model, undefined if it is no longer in the list. */
export function useServerOf(model: ServerModelRef | null): ShownServer | null | undefined {
  const servers = useStore((s) => s.servers);
  return model === null ? null : servers.find(({ id }) => id === model.server);
}
