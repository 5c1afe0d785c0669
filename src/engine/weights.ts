// SPDX-License-Identifier: Apache-2.0
/** Which weights a model runs with here: the fastest that fit. Those it has not are made from its checkpoint. */

import {
  say,
  toErrorInfo,
  ZoetropeError,
  type DeviceUse,
  type OnProgress,
  type PrecisionChoice,
  type WeightChoice,
} from '../contract';
import {
  compiledBytes,
  compileModel,
  findCheckpoint,
  FORMATS,
  preferredOn,
  readManifest,
  readModelFolder,
  readModelSettings,
  type Format,
  type ModelFolder,
  type ModelSettings,
  type Graph,
  type Precision,
} from '../model';
import { choosePrecisions, modelBytes } from '../runtime';

export interface Weights {
  settings: ModelSettings;
  /** Bytes once they are loaded. */
  bytes: number;
  choice: WeightChoice;
  /** Of each part; undefined leaves it to the device. */
  precision: Precision | undefined;
  /** Makes what is not there yet. @throws as `compileModel`. */
  ready(options: { signal?: AbortSignal | undefined; onProgress?: OnProgress | undefined }): Promise<ModelFolder>;
}

/**
 * @param options.free bytes.
 * @param options.writable whether graphs may be made in the folder.
 * @throws ZoetropeError as `readModelFolder`.
 */
export async function chooseWeights(
  dir: string,
  { device, asked, free, writable }: { device: DeviceUse; asked: PrecisionChoice; free: number; writable: boolean },
): Promise<Weights> {
  const found = await readModelFolder(dir).catch((error: unknown) => {
    if (!writable || toErrorInfo(error).code !== 'model-incomplete') throw error;
    return undefined;
  });
  const able = [...new Set([...preferredOn(device.used), ...preferredOn('cpu')])]; // what the device cannot run, the processor does
  const there = found ? able.filter((precision) => found.graphs.decoder_model_merged[precision]) : [];
  // Graphs of others are left as they are.
  const mayMake =
    writable && (await findCheckpoint(dir)) !== undefined && (!found || (await readManifest(dir)) !== undefined);
  const makeable = mayMake
    ? able.filter((precision): precision is Format => (FORMATS as readonly Precision[]).includes(precision))
    : [];
  if (!found && makeable.length === 0) await readModelFolder(dir); // says what is missing
  const settings = found ?? (await readModelSettings(dir));

  const weigh = async (precision: Precision): Promise<number> => {
    if (found && there.includes(precision))
      return modelBytes(found, choosePrecisions(found, { device: device.used, vision: device.vision, precision }));
    const graphs = await compiledBytes(dir, precision as Format);
    const precisions = Object.fromEntries(
      Object.entries(graphs).map(([graph, formats]) => [graph, Object.keys(formats)[0]]),
    ) as Record<Graph, Precision>;
    return modelBytes({ graphs, config: settings.config }, precisions);
  };
  const taken = (precision: Precision, bytes: number, reason: WeightChoice['reason']): Weights => ({
    settings,
    bytes,
    precision,
    choice: { asked, reason },
    ready: async (options) => {
      if (found && there.includes(precision)) return found;
      return compileModel(dir, dir, { precision: precision as Format, ...options });
    },
  });

  const wanted = [...there, ...makeable].find((precision) => precision === asked);
  if (wanted) return taken(wanted, await weigh(wanted), 'asked');
  const candidates = there.length > 0 ? there : makeable;
  const first = candidates[0];
  if (!first)
    throw new ZoetropeError(
      'model-incomplete',
      say`The model "${settings.name}" has no weights in a format for this device.`,
      say`Run it on the processor.`,
    );
  let smallest: { precision: Precision; bytes: number } | undefined;
  for (const precision of candidates) {
    const bytes = await weigh(precision);
    if (bytes <= free)
      return taken(precision, bytes, precision !== first ? 'fits' : asked === 'auto' ? 'fastest' : 'missing');
    if (!smallest || bytes < smallest.bytes) smallest = { precision, bytes };
  }
  return taken(smallest!.precision, smallest!.bytes, smallest!.precision === first ? 'fastest' : 'fits');
}
