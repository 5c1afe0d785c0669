// SPDX-License-Identifier: Apache-2.0
import { useCallback } from 'react';
import { NO_SETUP, type Item, type SceneSetup, type Source } from '../../../contract';
import { appendItems, replaceItemsOf, selectItems, setSetup, useStore } from '../../state';

/**
 * What the project contains for a scene: its views in the tray, the user's setup, and the scene it is compared with.
 */
export function useSceneProject(source: Source) {
  const tray = useStore((s) => s.project.tray);
  const setup = useStore((s) => s.project.setups[source.id] ?? NO_SETUP);
  const sources = useStore((s) => s.project.sources);
  const others = sources.filter(({ id, kind, present }) => kind === 'scene' && present && id !== source.id);
  const beside = others.find(({ id }) => id === setup.compare?.with) ?? null;
  const up = useStore((s) => (beside ? s.project.setups[beside.id]?.up : undefined));
  const goTo = useStore((s) => ([source.id, beside?.id].includes(s.goTo?.item.origin.source.id) ? s.goTo : null));
  const viewsOf = (id: string): Item[] =>
    tray.filter((item) => item.origin.kind === 'view' && item.origin.source.id === id);
  const change = useCallback((changed: SceneSetup) => setSetup(source.id, changed), [source.id]);
  return {
    setup,
    change,
    others,
    second: beside && { source: beside, up, trayViews: viewsOf(beside.id) },
    trayViews: viewsOf(source.id),
    /** The item of a cited view that the camera moves to; a new object moves it again. */
    goTo,
  };
}

/** Adds views to the tray: at the end, or replacing the other views of their scenes. */
export function putViews(items: Item[], mode: 'replace' | 'append'): void {
  if (mode === 'append') appendItems(items);
  else replaceItemsOf(new Set(items.map(({ origin }) => origin.source.id)), items);
}

/** Selects one item of the tray, or none. */
export const select = (id: string | null): void => selectItems(id === null ? [] : [id]);
