// SPDX-License-Identifier: Apache-2.0
/** Many questions at once: runs and their files, benchmarks, scores. */
export * from './score';
export { linesOfFile } from './lines';
export {
  Pause,
  runQuestions,
  type OpenGroup,
  type RunAsker,
  type RunCounts,
  type RunProgress,
  type RunQuestion,
} from './run';
export { Labels, openRunFile, readHeader, readRunLine, type RunAbout, type RunFile, type RunLine } from './run-file';
