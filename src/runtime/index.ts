// SPDX-License-Identifier: Apache-2.0
/** Running a model: sessions, the KV cache, prefill, decode, token sampling. */

export { Decoder, type PrefillOptions } from './decoder';
export { generate, type GenerateOptions, type StopReason } from './generate';
export { freeMemory } from './free-memory';
export { KvCache } from './kv-cache';
export { choosePrecisions, loadModel, type LoadedModel, type LoadOptions } from './load';
export { chooseRuntime, type Runtime, type RuntimeChoice, type SessionOptions } from './open-session';
export { modelBytes, sequenceBytes, type SequenceBytes } from './memory-needs';
export { offeredDevices, tryDevice } from './trial';
export { filterLogits, pickToken, type SamplingSettings } from './sampling';
export { embedSequence, TokenEmbedder } from './token-embedder';
export { VisionEncoder } from './vision-encoder';
