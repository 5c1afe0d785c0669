// SPDX-License-Identifier: Apache-2.0
/** Graphs changed on their way from the disk into a session, whoever made them: what the runtime needs, it adds. */

export { narrowingGraph, wideningGraph } from './cache-codec';
export { prepareDecoder } from './decoder-graph';
export type { GraphSource } from './graph-file';
export { INT8, IS_INT8, SCALE } from './int8-cache';
export { layerInput, layerOutput, layerRuns, LOGITS_WANTED } from './layer-switches';
export { saturationProbe } from './saturation-probe';
