import { partByLength } from './by-length';
import { readGraph, writeGraph, type GraphSource, type Model } from './graph-file';
import { addInt8Cache } from './int8-cache';
import { cutToLastPosition } from './last-position';
import { addLayerSwitches } from './layer-switches';

export interface DecoderGraphs {
  reader: GraphSource;
  /** For single tokens, where they are computed in another way than prompts. */
  writer?: GraphSource;
}

/**
 * A decoder's graph with all that makes it fast and small here.
 * @param options.layerByLayer whether prompts may be so long that they are read so.
 * @param options.apart whether values can be shared between sessions, so that there may be two.
 * @throws Error if the file is no graph.
 */
export async function prepareDecoder(
  path: string,
  { layerByLayer, apart }: { layerByLayer: boolean; apart: boolean },
): Promise<DecoderGraphs> {
  const model = await readGraph(path);
  const parts = apart ? partByLength(model) : undefined;
  const prepared = (graph: Model, reads: boolean): GraphSource => {
    const cut = cutToLastPosition(graph);
    const int8 = addInt8Cache(graph);
    // What is read so ends in 8 bits.
    const switches = reads && layerByLayer && int8 && addLayerSwitches(graph);
    return parts || cut || int8 || switches ? { path, bytes: writeGraph(graph) } : { path };
  };
  if (!parts) return { reader: prepared(model, true) };
  return { reader: prepared(parts.several, true), writer: prepared(parts.one, false) };
}
