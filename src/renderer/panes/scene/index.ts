// SPDX-License-Identifier: Apache-2.0
export type { SceneProbe } from './probe';
export { ScenePane } from './ScenePane';
