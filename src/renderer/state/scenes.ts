// SPDX-License-Identifier: Apache-2.0
import { type Arrangement, NO_SETUP } from '../../contract';
import { pickAnother, rearranged } from './compare';
import { make } from './history';
import { get } from './store';

/** What the menu can do with the scene that is shown. The pane registers itself while it is shown. */
export interface SceneOnStage {
  /** Captures views with the pane's settings. */
  sample(): void;
  /** Captures the view on screen. */
  take(): void;
}

let current: SceneOnStage | null = null;

export function registerScene(scene: SceneOnStage): () => void {
  current = scene;
  return () => {
    if (current === scene) current = null;
  };
}

export const sceneOnStage = (): SceneOnStage | null => current;

/** Compares a scene with another one; null ends the comparison. */
export function compareScenes(source: string, other: string | null): void {
  const setup = get().project.setups[source] ?? NO_SETUP;
  const compare =
    other === null ? undefined : { with: other, arrange: setup.compare?.arrange ?? ('alternate' as const) };
  make({ setups: { ...get().project.setups, [source]: { ...setup, compare } } });
}

/** Opens a scene to compare with; this one stays active. */
export async function pickSceneToCompare(source: string): Promise<void> {
  const other = await pickAnother(source, 'scene');
  if (other !== undefined) compareScenes(source, other);
}

/** Also rearranges the views that are already in the tray. */
export function arrangeViews(source: string, arrange: Arrangement): void {
  const { setups, tray } = get().project;
  const setup = setups[source];
  if (setup?.compare)
    make({
      setups: { ...setups, [source]: { ...setup, compare: { ...setup.compare, arrange } } },
      tray: rearranged(tray, arrange, 'view'),
    });
}
