import { readGraph, writeGraph, type GraphSource } from './graph-file';
import { addInt8Cache } from './int8-cache';
import { cutToLastPosition } from './last-position';

/** A decoder's graph with all that makes it fast here. @throws Error if the file is no graph. */
export async function prepareDecoder(path: string): Promise<GraphSource> {
  const model = await readGraph(path);
  const changed = [cutToLastPosition(model), addInt8Cache(model)].some(Boolean);
  return changed ? { path, bytes: writeGraph(model) } : { path };
}
