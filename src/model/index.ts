// SPDX-License-Identifier: Apache-2.0
/** A model folder: its settings, its tokenizer, and the compiler from safetensors to ONNX. */

export { rowWidth } from './config';
export type { ModelConfig, PixelSettings, TextConfig, VisionConfig } from './config';
export {
  findCheckpoint,
  readModelFolder,
  readModelSettings,
  type GraphFile,
  type ModelFolder,
  type ModelSettings,
} from './folder';
export {
  FORMATS,
  graphFileName,
  GRAPHS,
  PRECISIONS,
  preferredOn,
  type Format,
  type Graph,
  type Precision,
} from './graphs';
export { modelFolderAt } from './opened';
export { CATALOG, type CatalogEntry } from './catalog';
export {
  FAMILIES,
  familyOf,
  planTokens,
  squareInput,
  type EncoderInput,
  type InputFormat,
  type PicturePlan,
} from './families';
export { FileHashes, modelFingerprint } from './fingerprint';
export { looksOutside, type OutsideScore } from './outside';
export { readImageNewline } from './image-newline';
export { readManifest, verifyCompiled } from './manifest';
export { readTokenizer, Tokenizer, type DecodeStream } from './tokenizer';
export { compiledBytes, compileModel, expectedBytes, type CompileOptions } from './compile/compile';
export { FLOAT, GraphWriter, INT32, INT64, INT8, UINT8 } from './compile/graph';
export { Checkpoint } from './safetensors';
export { floatToHalf, halfToFloat } from './half';
export {
  begunOf,
  checkRepo,
  copyFolders,
  discardBegun,
  getModel,
  Hub,
  HubCache,
  lookAt,
  MARKER,
  modelIn,
  ModelFolders,
  modelsIn,
  moveModels,
  settleMove,
  type Begun,
  type CachedModel,
  type CopyJob,
  type FoundRepo,
  type GetOptions,
  type HubOptions,
  type ModelHere,
  type RepoFacts,
} from './hub';
