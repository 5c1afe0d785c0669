import { totalmem } from 'node:os';
import { throwIfCancelled, ZoetropeError, type OnProgress } from '../contract';
import { PARTS, PRECISIONS, PREFERRED, type GraphFile, type ModelFolder, type Part, type Precision } from '../model';
import { Decoder } from './decoder';
import { prepareDecoder } from './graph';
import { KvCodec } from './kv-codec';
import { chooseRuntime, openSession, type RuntimeChoice, type SessionOptions } from './open-session';
import type { OnnxSession } from './session';
import { TokenEmbedder } from './token-embedder';
import { VisionEncoder } from './vision-encoder';

export interface LoadOptions extends SessionOptions {
  /** Which weights to use: for all parts, or part by part. A part without that format, or not named, takes the best it has for a processor, or for another provider the most faithful. */
  precision?: Precision | Partial<Record<Part, Precision>> | undefined;
  /** Step `load`, in bytes of graphs. */
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
  /** Bytes of keys and values from which on answers are written with them in 8 bits; Infinity for never. Default: 64 MiB. */
  int8CacheFrom?: number | undefined;
  /** Bytes of keys and values in floats beyond which prompts are read on 8 bits too: slower, but they fit. Default: a quarter of the memory. */
  floatCacheLimit?: number | undefined;
}

/** A model in memory. Dispose of it. */
export interface LoadedModel {
  folder: ModelFolder;
  vision: VisionEncoder;
  embedder: TokenEmbedder;
  decoder: Decoder;
  /** The weights that each part runs with. */
  precisions: Record<Part, Precision>;
  /** What it runs in, and why. */
  runtime: RuntimeChoice;
  dispose(): Promise<void>;
}

/**
 * Loads a model's three graphs.
 * @throws ZoetropeError `model-incomplete`, `model-broken`, `model-unsupported`, `out-of-memory`, `cancelled`.
 */
export async function loadModel(folder: ModelFolder, options: LoadOptions = {}): Promise<LoadedModel> {
  const { onProgress, signal } = options;
  const chosen = PARTS.map((part) => ({ part, ...choose(folder, part, options) }));
  const total = chosen.reduce((sum, c) => sum + c.file.bytes, 0);
  const sessions = {} as Record<Part, OnnxSession>;
  const dispose = async () => {
    for (const session of Object.values(sessions)) await session.dispose();
  };
  let done = 0;
  try {
    for (const { part, file } of chosen) {
      throwIfCancelled(signal);
      onProgress?.({ step: 'load', done, total });
      sessions[part] = part === 'decoder_model_merged' ? await openDecoder(file.path, options) : await openSession(file.path, options);
      done += file.bytes;
    }
    const { hiddenSize, vocabSize } = folder;
    const decoder = new Decoder(sessions.decoder_model_merged, hiddenSize, vocabSize, folder.contextLength);
    await decoder.prepare({ codec: new KvCodec(options), int8From: options.int8CacheFrom, floatLimit: options.floatCacheLimit ?? totalmem() / 4, signal });
    onProgress?.({ step: 'load', done, total });
    return {
      folder,
      vision: new VisionEncoder(sessions.vision_encoder, folder.imageSize, folder.tokensPerImage, hiddenSize),
      embedder: new TokenEmbedder(sessions.embed_tokens, hiddenSize, vocabSize),
      decoder,
      precisions: Object.fromEntries(chosen.map((c) => [c.part, c.precision])) as Record<Part, Precision>,
      runtime: chooseRuntime(options),
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** A graph that cannot be changed, or whose changes the runtime does not take, runs as it is. */
async function openDecoder(path: string, options: LoadOptions): Promise<OnnxSession> {
  if ((options.providers ?? ['cpu']).some((provider) => provider !== 'cpu')) return openSession(path, options);
  try {
    return await openSession(await prepareDecoder(path), options);
  } catch {
    return openSession(path, options);
  }
}

function choose(folder: ModelFolder, part: Part, { precision, providers = ['cpu'] }: LoadOptions): { precision: Precision; file: GraphFile } {
  const wanted = typeof precision === 'string' ? precision : precision?.[part];
  const order = providers.every((provider) => provider === 'cpu') ? PREFERRED : PRECISIONS;
  for (const candidate of wanted ? [wanted, ...order] : order) {
    const file = folder.graphs[part][candidate];
    if (file) return { precision: candidate, file };
  }
  throw new ZoetropeError('model-incomplete', `The model "${folder.name}" has no file onnx/${part}.onnx.`, 'Download the model again.');
}
