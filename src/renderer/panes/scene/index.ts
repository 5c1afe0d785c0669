export type { SceneProbe } from './probe';
export { ScenePane } from './ScenePane';
