// SPDX-License-Identifier: Apache-2.0
/** The calls that the main process answers itself, one file per topic. */
export { appCalls } from './app';
export { conversationCalls } from './conversation';
export { exportCalls } from './exports';
export { hubCalls } from './hub';
export { modelCalls } from './model';
export { OpenedProjectFiles, projectFileCalls } from './project-files';
export { projectCalls } from './projects';
export { serverCalls } from './servers';
export { servingCalls } from './serving';
export { sourceCalls } from './sources';
