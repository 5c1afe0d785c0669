// SPDX-License-Identifier: Apache-2.0
/**
 * Chooses the weights that a model runs with on this machine: the fastest that fit. Missing ones are made from the
 * checkpoint.
 */

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
  /** Bytes after loading. */
  bytes: number;
  choice: WeightChoice;
  /** Precision of each graph. Undefined leaves it to the device. */
  precision: Precision | undefined;
  /** Compiles missing graphs. @throws as `compileModel`. */
  ready(options: { signal?: AbortSignal | undefined; onProgress?: OnProgress | undefined }): Promise<ModelFolder>;
}

/**
 * Chooses the weights for a model folder.
 * @param options.free bytes.
 * @param options.writable whether graphs may be compiled into the folder.
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
  const { text } = (found ?? (await readModelSettings(dir))).config;
  // What the device cannot run, the processor runs.
  const able = [...new Set([...preferredOn(device.used, text), ...preferredOn('cpu', text)])];
  const there = found ? able.filter((precision) => found.graphs.decoder_model_merged[precision]) : [];
  // Graphs that were not compiled by Zoetrope are not replaced.
  const mayMake =
    writable && (await findCheckpoint(dir)) !== undefined && (!found || (await readManifest(dir)) !== undefined);
  const makeable = mayMake
    ? able.filter((precision): precision is Format => (FORMATS as readonly Precision[]).includes(precision))
    : [];
  if (!found && makeable.length === 0) await readModelFolder(dir); // throws an error that names what is missing
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
