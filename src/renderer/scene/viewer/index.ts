/** The scene without React: shared by the pane and the hidden capture page. */
export { captureViews } from './capture-views';
export type { ShownView } from './frustums';
export type { GizmoMode } from './gizmo';
export { planCapture } from './plan-capture';
export { lookFrom, matchedViews, soundLooks } from './plan-coverage';
export { settlePairs, type Settled } from './settle';
export type { SceneFacts } from './load';
export type { Side } from './orbit';
export type { ScenePart } from './parts';
export { decodePicture } from './formats/decode-picture';
export { SceneFiles } from './files/scene-files';
export { chooseEvenly, takePhotographs } from './take-photographs';
export { passesOfViews } from './passes-of-views';
export { PICTURE_SIZE, SceneViewer } from './scene-viewer';
export type { Vec2 } from './screen';
