// SPDX-License-Identifier: Apache-2.0
/**
 * Zoetrope as a server for other programs: OpenAI's chat completions and the Model Context Protocol. Runs in plain Node as well as in
 * Electron, and listens; it reaches nobody.
 */
export { AllowedFolders } from './allowed-folders';
export { Answerer, type AnswererOptions } from './answerer';
export { isLoopback } from './guard';
export type { CaptureViews } from './media';
export { startServer, type RunningServer, type ServerOptions } from './server';

/**
 * Serves the Model Context Protocol over two streams. Loaded when it is called: its schemas take longer to load than all
 * of our own code.
 */
export const serveMcp: typeof import('./mcp-stdio').serveMcp = async (...given) =>
  (await import('./mcp-stdio')).serveMcp(...given);
