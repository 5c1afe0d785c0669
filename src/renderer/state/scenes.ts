// SPDX-License-Identifier: Apache-2.0
import { type Arrangement, NO_SETUP } from '../../contract';
import { pickAnother, rearranged } from './compare';
import { make } from './history';
import { get } from './store';

/** What the menu can do with the scene that is on the stage. The pane registers itself while it is shown. */
export interface SceneOnStage {
  /** Takes views of it as the pane is set to. */
  sample(): void;
  /** Takes the view on screen. */
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

/** Puts another scene beside this one, or with null takes it away again. */
export function compareScenes(source: string, other: string | null): void {
  const setup = get().project.setups[source] ?? NO_SETUP;
  const compare =
    other === null ? undefined : { with: other, arrange: setup.compare?.arrange ?? ('alternate' as const) };
  make({ setups: { ...get().project.setups, [source]: { ...setup, compare } } });
}

/** Opens a scene to compare with, and stays with this one. */
export async function pickSceneToCompare(source: string): Promise<void> {
  const other = await pickAnother(source, 'scene');
  if (other !== undefined) compareScenes(source, other);
}

/** Also of the views that are in the tray already. */
export function arrangeViews(source: string, arrange: Arrangement): void {
  const { setups, tray } = get().project;
  const setup = setups[source];
  if (setup?.compare)
    make({
      setups: { ...setups, [source]: { ...setup, compare: { ...setup.compare, arrange } } },
      tray: rearranged(tray, arrange, 'view'),
    });
}
