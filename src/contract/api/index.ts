// SPDX-License-Identifier: Apache-2.0
/** Calls between the window, the main process and the engine, and notices from the main process to the window. */
export { SourceId, type Call, type Caller } from './call';
export { AnswerEvent } from './conversation';
export * from './table';
export * from './notices';
export * from './bridge';
