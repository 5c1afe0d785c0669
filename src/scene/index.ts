// SPDX-License-Identifier: Apache-2.0
/** The scene without React: shared by the pane and the hidden capture page. */
export { captureViews } from './capture/capture-views';
export type { ShownView } from './viewer/frustums';
export type { GizmoMode } from './viewer/gizmo';
export { planCapture } from './capture/plan-capture';
export { surveyFrom, matchedViews, usableViewpoints } from './capture/plan-coverage';
export { settlePairs, type Settled } from './capture/settle';
export type { SceneFacts } from './load/load';
export type { Side } from './viewer/orbit';
export { SceneObjects, type SceneObject } from './load/objects';
export { decodePicture } from './formats/decode-picture';
export { valueOf } from './files/reply';
export { SceneFiles } from './files/scene-files';
export { chooseEvenly, capturePhotographs } from './capture/capture-photographs';
export { passesOfViews } from './capture/passes-of-views';
export { PICTURE_SIZE, SceneViewer } from './viewer/scene-viewer';
export type { Vec2 } from './viewer/screen';
