// SPDX-License-Identifier: Apache-2.0
/** What the main process answers itself, a file for each thing it is about. */
export { appCalls } from './app';
export { conversationCalls } from './conversation';
export { exportCalls } from './exports';
export { modelCalls } from './model';
export { projectCalls } from './projects';
export { sourceCalls } from './sources';
