// SPDX-License-Identifier: Apache-2.0
/** Benchmarks: speed, memory and how often a model is right. */
export { benchFrames, CODECS, type Codec, type FramesBenchmark, type FramesResult } from './frames';
export { measureFirstWord, MEASURED, type FirstWordOptions, type FirstWordResult } from './first-word';
export { capturedRooms, type CapturedRoom } from './captured-rooms';
export { benchLibrary, type LibraryBenchmark, type LibraryResult } from './library';
export { machine } from './machine';
export {
  measureSending,
  measureThroughput,
  type SendingResult,
  type ServerBenchmark,
  type ThroughputResult,
} from './server';
export { spread, wilson, type Spread } from './statistics';
export { table } from './table';
export {
  measureSpeed,
  METRICS,
  printSpeed,
  PROGRAMS,
  serveSubject,
  type Metric,
  type SpeedOptions,
  type SpeedReport,
} from './speed';
export { readHeldOut, readPictures, type HeldOutQuestion, type HeldOutSample } from './held-out';
export { askWorlds, COLUMNS, isSeen, type Column, type Count, type WorldRow, type WorldsOptions } from './worlds';
export { compareCoverage, type ViewsCoverage } from './views';
