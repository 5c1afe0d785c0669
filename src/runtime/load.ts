// SPDX-License-Identifier: Apache-2.0
import { totalmem } from 'node:os';
import { say, throwIfCancelled, ZoetropeError, type Device, type OnProgress } from '../contract';
import { GRAPHS, preferredOn, type GraphFile, type ModelFolder, type Graph, type Precision } from '../model';
import { Decoder, type PrefillOptions } from './decoder';
import { prepareDecoder } from './graph';
import type { KvCache } from './kv-cache';
import { KvCodec } from './kv-codec';
import { cacheBytes } from './memory-needs';
import { chooseRuntime, openSession, type RuntimeChoice, type SessionOptions } from './open-session';
import { giveBackPages } from './native';
import { PairedSession } from './paired-session';
import { FLOATS_AT_ONCE, worthLayers } from './prefill-plan';
import { RestingSession } from './resting-session';
import type { OnnxSession } from './session';
import { TokenEmbedder } from './token-embedder';
import { VisionEncoder } from './vision-encoder';

export interface LoadOptions extends SessionOptions {
  /** Device for the vision encoder; default: `device`. */
  vision?: Device | undefined;
  /**
   * Weight formats, for all graphs or for each. A graph that is not named, or lacks the format, uses the best it has
   * for the device.
   */
  precision?: Precision | Partial<Record<Graph, Precision>> | undefined;
  /** Step `load`, in bytes of graphs. */
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
  /**
   * Size of the keys and values as floats, in bytes, from which tokens are decoded on 8 bits; Infinity for never.
   * Default: 64 MiB.
   */
  int8CacheFrom?: number | undefined;
  /**
   * Size of the keys and values as floats, in bytes, beyond which prompts are prefilled on 8 bits too: slower, but it
   * fits. Default: a quarter of the memory.
   */
  floatCacheLimit?: number | undefined;
  /**
   * Bytes of keys and values held as floats at once in layer-by-layer prefill, which is used from four times as many
   * on. Default: 128 MiB.
   */
  floatsAtOnce?: number | undefined;
}

/** A model in memory. Dispose of it. */
export interface LoadedModel {
  folder: ModelFolder;
  vision: VisionEncoder;
  embedder: TokenEmbedder;
  decoder: Decoder;
  /** The weight format of each graph. */
  precisions: Record<Graph, Precision>;
  /** Where each graph runs: the requested device, or the processor if the model has no graph for that device. */
  devices: Record<Graph, Device>;
  /** The runtime that was chosen, and why. */
  runtime: RuntimeChoice;
  /**
   * As `Decoder.prefill`. Before a prompt that is prefilled layer by layer, sessions that it does not need free their
   * memory until the next picture or token.
   */
  prefill(cache: KvCache, embeds: Float32Array, options?: PrefillOptions): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/**
 * Loads a model's three graphs.
 * @throws ZoetropeError `model-incomplete`, `model-broken`, `model-unsupported`, `out-of-memory`, `device-failed`, `cancelled`.
 */
export async function loadModel(folder: ModelFolder, options: LoadOptions = {}): Promise<LoadedModel> {
  const { onProgress, signal, floatsAtOnce = FLOATS_AT_ONCE } = options;
  const layerByLayer = worthLayers(cacheBytes(folder.config.text, folder.contextLength), floatsAtOnce);
  const chosen = GRAPHS.map((graph) => ({ part: graph, ...choose(folder, graph, options) }));
  const total = chosen.reduce((sum, c) => sum + c.file.bytes, 0);
  const sessions: OnnxSession[] = [];
  const resting: RestingSession[] = [];
  const dispose = async () => {
    for (const session of sessions) await session.dispose();
  };
  const open = async (graph: Graph): Promise<OnnxSession> => {
    const { file, device } = chosen.find((choice) => choice.part === graph)!;
    throwIfCancelled(signal);
    onProgress?.({ step: 'load', done, total });
    const where = { ...options, device };
    let session: OnnxSession;
    if (graph === 'decoder_model_merged') session = await openDecoder(file.path, layerByLayer, resting, where);
    else if (device !== 'cpu') session = await openSession(file.path, where);
    else resting.push((session = await RestingSession.open(() => openSession(file.path, where))));
    sessions.push(session);
    done += file.bytes;
    return session;
  };
  let done = 0;
  try {
    const { hiddenSize, vocabSize, rowWidth } = folder;
    // Load sessions that can rest last: the memory that they free is then contiguous, not holes between allocations
    // that stay.
    const decoder = new Decoder(
      await open('decoder_model_merged'),
      hiddenSize,
      vocabSize,
      folder.contextLength,
      folder.config.text.heads,
      rowWidth,
    );
    const embedder = new TokenEmbedder(await open('embed_tokens'), hiddenSize, vocabSize, rowWidth);
    const vision = new VisionEncoder(await open('vision_encoder'), folder.imageSize, folder.tokensPerTile, rowWidth);
    await decoder.prepare({
      codec: new KvCodec({ ...options, device: 'cpu' }),
      int8From: options.int8CacheFrom,
      floatLimit: options.floatCacheLimit ?? totalmem() / 4,
      floatsAtOnce,
      signal,
    });
    onProgress?.({ step: 'load', done, total });
    return {
      folder,
      vision,
      embedder,
      decoder,
      precisions: Object.fromEntries(chosen.map((c) => [c.part, c.precision])) as Record<Graph, Precision>,
      devices: Object.fromEntries(chosen.map((c) => [c.part, c.device])) as Record<Graph, Device>,
      runtime: chooseRuntime(options),
      prefill: async (cache, embeds, prefillOptions) => {
        if (decoder.prefillsByLayers(cache.length + embeds.length / rowWidth)) {
          for (const session of resting) await session.rest();
          await giveBackPages();
        }
        return decoder.prefill(cache, embeds, prefillOptions);
      },
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Opens the decoder. A graph that cannot be changed, or whose changed form the runtime rejects, runs as it is. */
async function openDecoder(
  path: string,
  layerByLayer: boolean,
  resting: RestingSession[],
  options: LoadOptions,
): Promise<OnnxSession> {
  if ((options.device ?? 'cpu') !== 'cpu') return openSession(path, options);
  try {
    const graphs = await prepareDecoder(path, {
      layerByLayer,
      apart: chooseRuntime(options).runtime === 'native',
    });
    const prefill = await openSession(graphs.prefill, options);
    const { decode: decodeGraph } = graphs;
    if (!decodeGraph) return prefill;
    // No token is decoded before the whole prompt is prefilled: until then this session may rest.
    const decode = await RestingSession.open(() => openSession(decodeGraph, options)).catch(async (error: unknown) => {
      await prefill.dispose();
      throw error;
    });
    resting.push(decode);
    return new PairedSession(prefill, decode);
  } catch {
    throwIfCancelled(options.signal);
    return layerByLayer ? openDecoder(path, false, resting, options) : openSession(path, options);
  }
}

/** The weight format that each graph would use. @throws ZoetropeError `model-incomplete`. */
export function choosePrecisions(
  folder: ModelFolder,
  options: Pick<LoadOptions, 'device' | 'vision' | 'precision'>,
): Record<Graph, Precision> {
  return Object.fromEntries(GRAPHS.map((graph) => [graph, choose(folder, graph, options).precision])) as Record<
    Graph,
    Precision
  >;
}

interface Choice {
  precision: Precision;
  file: GraphFile;
  device: Device;
}

function choose(
  folder: ModelFolder,
  graph: Graph,
  { precision, device: main = 'cpu', vision = main }: LoadOptions,
): Choice {
  const wanted = typeof precision === 'string' ? precision : precision?.[graph];
  // Looking up tokens is only worth running on the processor.
  const first = { vision_encoder: vision, embed_tokens: 'cpu', decoder_model_merged: main } as const;
  for (const device of new Set<Device>([first[graph], 'cpu'])) {
    const able = preferredOn(device, folder.config.text);
    for (const candidate of wanted && able.includes(wanted) ? [wanted, ...able] : able) {
      const file = folder.graphs[graph][candidate];
      if (file) return { precision: candidate, file, device };
    }
  }
  throw new ZoetropeError(
    'model-incomplete',
    say`The model "${folder.name}" has no file onnx/${graph}.onnx.`,
    say`Download the model again.`,
  );
}
