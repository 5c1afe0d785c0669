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
