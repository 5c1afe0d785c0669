import en from './strings.en.json';
import zh from './strings.zh.json';

export type { SceneProbe } from './probe';
export { ScenePane, type ScenePaneProps } from './ScenePane';

/** The pane's words, to be merged into the window's i18n resources. */
export const sceneStrings = { en, zh };
