import { readGraph, writeGraph, type GraphSource } from './graph-file';
import { addInt8Cache } from './int8-cache';
import { cutToLastPosition } from './last-position';
import { addLayerSwitches } from './layer-switches';

/**
 * A decoder's graph with all that makes it fast and small here.
 * @param options.layerByLayer whether prompts may be so long that they are read so.
 * @throws Error if the file is no graph.
 */
export async function prepareDecoder(path: string, { layerByLayer }: { layerByLayer: boolean }): Promise<GraphSource> {
  const model = await readGraph(path);
  const cut = cutToLastPosition(model);
  const int8 = addInt8Cache(model);
  // What is read so ends in 8 bits.
  const switches = layerByLayer && int8 && addLayerSwitches(model);
  return cut || int8 || switches ? { path, bytes: writeGraph(model) } : { path };
}
