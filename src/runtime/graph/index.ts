// SPDX-License-Identifier: Apache-2.0
/** Changes to graphs between disk and session, whichever program exported them: adds what the runtime needs. */

export { narrowingGraph, wideningGraph } from './cache-codec';
export { prepareDecoder } from './decoder-graph';
export type { GraphSource } from './graph-file';
export { INT8, IS_INT8, SCALE } from './int8-cache';
export { layerInput, layerOutput, layerRuns, LOGITS_WANTED } from './layer-switches';
export { saturationProbe } from './saturation-probe';
