// SPDX-License-Identifier: Apache-2.0
/** A second scene beside the first one, seen and captured from the same poses. */
export { CompareBar } from './CompareBar';
export { SecondScene, SideName } from './SecondScene';
export type { Second, SecondReady } from './second';
