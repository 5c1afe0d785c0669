// SPDX-License-Identifier: Apache-2.0
/**
 * From items to an answer: reads files into pictures, encodes pictures into features, and asks the model. Runs in plain
 * Node as well as in Electron.
 */
export { describeCatalog } from './catalog';
export { Composer, type Composed } from './compose';
export { Engine, type AskOptions, type EngineOptions } from './engine';
export { chooseDevice, Devices, devicesOf, onProcessor, untried, type StartTrials } from './devices';
export { commandFor, exportName, exportPictures, freeName } from './export';
export { frameItems, inspectFile, photoItem, plannedTimes, tileItems, viewItem, type JobOptions } from './items';
export { needsOf } from './memory';
export { admitPictures, PictureStore } from './pictures';
export { writePasses } from './passes';
export { capturePairs, captureViews, surveyScene, timeViews, type Rendered } from './scene-views';
export { notThere, sourceOf } from './source';
export {
  Connection,
  describe as describeServer,
  findLocalServers,
  placeOf,
  SavedServers,
  ServerEngine,
  ServerError,
  TokenEstimates,
  tryModel,
  type ConnectionOptions,
  type NewServer,
  type ServerAddress,
  type ServerPlace,
  type ServerQuestion,
} from './server';
export { POSE_FILE_NAMES, POSE_FILES, writePoses, writeViews } from './view-files';
