// SPDX-License-Identifier: Apache-2.0
/** Another scene beside this one, seen and captured from the same places. */
export { CompareBar } from './CompareBar';
export { SecondScene, SideName } from './SecondScene';
export type { Second, SecondReady } from './second';
