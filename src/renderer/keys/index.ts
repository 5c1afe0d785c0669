// SPDX-License-Identifier: Apache-2.0
export * from './key-map';
export { keyName, shownKey } from './key-name';
export { heard, keyNow, useKey } from './use-key';
