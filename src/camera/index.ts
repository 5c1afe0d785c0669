// SPDX-License-Identifier: Apache-2.0
export {
  boundsCentre,
  boundsCorners,
  boundsDiagonal,
  isPlace,
  isUsableBounds,
  robustBounds,
  type Bounds,
} from './bounds';
export { candidateViews, soundCandidates, spacedViews, SURVEY_SIZE } from './planners/candidates';
export { poseAzimuth, poseElevation } from './compass';
export {
  column,
  flipConvention,
  fromPositionQuaternion,
  fromWorldToCameraCv,
  invertRigid,
  lookAtPose,
  posePosition,
  toPositionQuaternion,
  toWorldToCameraCv,
  type Matrix4,
  type Quaternion,
} from './pose';
export { chooseGreedy, coveredShare, ENOUGH, type Choice, type Survey } from './planners/coverage';
export { depthSteps, depthUnit } from './depth-unit';
export { cameraInFile, cameraInScene, givenPose, poseInScene } from './planners/given';
export { CUBE_FOV, eyeLevel, INSIDE_FOV } from './planners/inside';
export { fitLens, lensIntrinsics, type Lens } from './lens';
export { passFacts, type PassFacts } from './pass-facts';
export { orderAlongPath } from './planners/path';
export { CELL_NUMBERS, cellAreas, surfaceGrid, CELLS_A_SIDE, cellWorth } from './surface-cells';
export { defaultStrategy, planViews, type CapturePlan } from './planners/plan';
export { colmapFiles, nerfstudioFile, type PosedPicture } from './files/pose-files';
export { clipRange, project } from './project';
export { readColmapFiles, readColmapPoints, type ColmapFiles, type ColouredPoints } from './files/read-colmap';
export { readScanNetFiles, type ScanNetFiles } from './files/read-scannet';
export { readNerfstudioFile } from './files/read-transforms';
export {
  framingDistance,
  RING_ELEVATION,
  ringPoses,
  ringViews,
  squareIntrinsics,
  VIEW_FOV,
  type PlannedView,
  type RingOptions,
} from './planners/ring';
export { looksLikeRoom } from './planners/room';
export { walkPoses } from './planners/walk';
