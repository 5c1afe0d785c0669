export type { SceneProbe } from './probe';
export { ScenePane, type ScenePaneProps } from './ScenePane';
