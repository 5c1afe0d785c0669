// SPDX-License-Identifier: Apache-2.0
/** Models of a hub: finding, downloading and keeping them, in the cache that Python's huggingface_hub uses too. */
export { begunOf, discardBegun, type Begun } from './begun';
export { HubCache, usualCache, type CachedModel, type Snapshot } from './cache';
export { MARKER, ModelFolders } from './folders';
export { copyFolders, moveModels, settleMove, type CopyJob, type MoveOptions } from './move';
export { getModel, type GetOptions } from './get';
export { Hub, type FoundRepo, type HubOptions } from './hub';
export { lookAt, type Look } from './look';
export { modelIn, modelsIn, type ModelHere } from './models';
export { checkRepo, type RepoFacts, type RepoFile } from './repo';
