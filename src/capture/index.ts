export {
  boundsCentre,
  boundsCorners,
  boundsDiagonal,
  isPlace,
  isUsableBounds,
  robustBounds,
  type Bounds,
} from './bounds';
export { candidateViews, soundCandidates, spacedViews, SURVEY_SIZE } from './candidates';
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
export { chooseGreedy, coveredShare, ENOUGH, type Choice, type Survey } from './coverage';
export { depthSteps, depthUnit } from './depth-unit';
export { cameraInFile, cameraInScene, givenPose, poseInScene } from './given';
export { CUBE_FOV, eyeLevel, INSIDE_FOV } from './inside';
export { fitLens, lensIntrinsics, type Lens } from './lens';
export { passFacts, type PassFacts } from './pass-facts';
export { orderAlongPath } from './path';
export { PIECE_NUMBERS, pieceAreas, pieceGrid, PIECES, pieceWorth } from './pieces';
export { defaultStrategy, planViews, type CapturePlan } from './plan';
export { colmapFiles, nerfstudioFile, type PosedPicture } from './pose-files';
export { clipRange, project } from './project';
export { readColmapFiles, readColmapPoints, type ColmapFiles, type ColouredPoints } from './read-colmap';
export { readScanNetFiles, type ScanNetFiles } from './read-scannet';
export { readNerfstudioFile } from './read-transforms';
export {
  framingDistance,
  RING_ELEVATION,
  ringPoses,
  ringViews,
  squareIntrinsics,
  VIEW_FOV,
  type PlannedView,
  type RingOptions,
} from './ring';
export { seededRandom } from './random';
export { looksLikeRoom } from './room';
export { walkPoses } from './walk';
