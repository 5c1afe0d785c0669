// SPDX-License-Identifier: Apache-2.0
/** Small scenes in every format, written by hand for tests: a table with three boxes on it, as meshes or as points. */
export { BOXES, POINTS, TRIANGLES } from './table';
export * from './meshes';
export * from './points';
export * from './splats';
