// SPDX-License-Identifier: Apache-2.0
/**
 * Zoetrope as a server for other programs: OpenAI's chat completions over HTTP. Runs in plain Node as well as in
 * Electron, and listens; it reaches nobody.
 */
export { AllowedFolders } from './allowed-folders';
export { Answerer, type AnswererOptions } from './answerer';
export { isLoopback } from './guard';
export type { CaptureViews } from './media';
export { startServer, type RunningServer, type ServerOptions } from './server';
