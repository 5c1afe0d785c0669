export * from './key-map';
export { keyName, shownKey } from './key-name';
export { heard, keyNow, useKey } from './use-key';
