// SPDX-License-Identifier: Apache-2.0
import { chooseByLength } from './by-length';
import { readGraph, writeGraph, type GraphSource, type Model } from './graph-file';
import { addInt8Cache } from './int8-cache';
import { cutToLastPosition } from './last-position';
import { addLayerSwitches } from './layer-switches';

export interface DecoderGraphs {
  /** For prompts; without `decode`, for single tokens too. */
  prefill: GraphSource;
  /** For single tokens, if they are computed differently from prompts. */
  decode?: GraphSource;
}

/**
 * Reads a decoder's graph and adds everything that makes it fast and small here.
 * @param options.layerByLayer whether prompts may be long enough to be prefilled layer by layer.
 * @param options.apart whether sessions can share values, so that there may be two graphs.
 * @throws Error if the file is not an ONNX graph.
 */
export async function prepareDecoder(
  path: string,
  { layerByLayer, apart }: { layerByLayer: boolean; apart: boolean },
): Promise<DecoderGraphs> {
  const model = await readGraph(path);
  const parts = apart ? chooseByLength(model) : undefined;
  const prepared = (graph: Model, phase: keyof DecoderGraphs): GraphSource => {
    const cut = cutToLastPosition(graph);
    const int8 = addInt8Cache(graph);
    // A cache filled layer by layer ends in 8 bits.
    const switches = phase === 'prefill' && layerByLayer && int8 && addLayerSwitches(graph);
    return parts || cut || int8 || switches ? { path, bytes: writeGraph(graph) } : { path };
  };
  if (!parts) return { prefill: prepared(model, 'prefill') };
  return { prefill: prepared(parts.several, 'prefill'), decode: prepared(parts.one, 'decode') };
}
