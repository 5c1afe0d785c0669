export { boundsCentre, boundsCorners, boundsDiagonal, isUsableBounds, type Bounds } from './bounds';
export { poseAzimuth, poseElevation } from './compass';
export {
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
export { CUBE_FOV, eyeLevel, INSIDE_FOV } from './inside';
export { defaultStrategy, planViews, type CapturePlan } from './plan';
export { clipRange, project } from './project';
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
export { looksLikeRoom } from './room';
