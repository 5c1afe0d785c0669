// SPDX-License-Identifier: Apache-2.0
import {
  say,
  toErrorInfo,
  ZoetropeError,
  type DeviceUse,
  type ModelInfo,
  type ModelNeeds,
  type PrecisionChoice,
} from '../contract';
import {
  modelFingerprint,
  planTokens,
  readImageNewline,
  readTokenizer,
  type FileHashes,
  type ModelSettings,
  type Tokenizer,
} from '../model';
import { loadModel, type LoadedModel } from '../runtime';
import type { PictureWay } from '../sequence';
import type { PreprocessConfig } from '../vision';
import { chooseDevice, onProcessor } from './devices';
import type { JobOptions } from './items';
import { checkModel, needsOf } from './memory';
import { chooseWeights } from './weights';

export interface LoadOptions extends JobOptions {
  bundled: boolean;
  device?: DeviceUse | undefined;
  /** Load the model even if it needs more memory than is free. */
  anyway?: boolean | undefined;
  /**
   * Default: the fastest format that fits. A format missing in a folder of the user's is made from its checkpoint and
   * kept there.
   */
  precision?: PrecisionChoice | undefined;
  /** Default: the runtime's choice. */
  threads?: number | undefined;
  /** Called with the memory needs before the model is loaded. */
  onNeeds?: ((needs: ModelNeeds) => void) | undefined;
}

/** A loaded model, with its tokenizer and description. */
export interface ReadyModel {
  model: LoadedModel;
  tokenizer: Tokenizer;
  preprocess: PreprocessConfig;
  /** The vector that ends a row of tiles or a video, [hiddenSize]; undefined for a model that does not use one. */
  newline: Float32Array | undefined;
  info: ModelInfo;
  loadMs: number;
  /** The options needed to load it again on another device. */
  options: Pick<LoadOptions, 'bundled' | 'anyway' | 'precision' | 'threads'>;
}

export interface LoadPlace {
  /** Bytes available. */
  free: number;
  hashes: FileHashes;
  /**
   * Unloads the model in use, because two models rarely fit. Called at the last moment, when only the loading itself
   * can still fail.
   */
  makeRoom: () => Promise<void>;
}

/**
 * Loads a model folder. If it cannot be loaded on the device, it is loaded on the processor. Throws the errors of
 * `Engine.load`.
 */
export async function loadFolder(
  folder: string,
  {
    bundled,
    device = chooseDevice('cpu', []),
    anyway,
    precision = 'auto',
    threads,
    signal,
    onProgress,
    onNeeds,
  }: LoadOptions,
  { free, hashes, makeRoom }: LoadPlace,
): Promise<ReadyModel> {
  const begun = performance.now();
  const weights = await chooseWeights(folder, { device, asked: precision, free, writable: !bundled });
  const needs = needsOf(weights.settings, weights.bytes, free);
  onNeeds?.(needs);
  if (!anyway && device.used === 'cpu') checkModel(weights.settings, needs); // a graphics card has memory of its own
  const described = await weights.ready({ signal, onProgress });
  const tokenizer = await readTokenizer(folder);
  const newline = await readImageNewline(described);
  const fingerprint = await modelFingerprint(described, hashes, signal);
  await makeRoom();
  let use = device;
  const load = () =>
    loadModel(described, {
      device: use.used,
      vision: use.vision,
      precision: weights.precision,
      threads,
      signal,
      onProgress,
    });
  const model = await load().catch((error: unknown) => {
    if (use.used === 'cpu' || toErrorInfo(error).code !== 'device-failed') throw error;
    use = onProcessor(use);
    return load();
  });
  const { pixels } = described;
  return {
    model,
    tokenizer,
    info: {
      name: described.name,
      fingerprint,
      precision: [...new Set(Object.values(model.precisions))].join('+'),
      provider: use.used,
      folder: described.dir,
      bundled,
      contextLength: described.contextLength,
      family: described.family,
      tokensPerPicture: tokensOf(described, 'several'),
      tokensPerFrame: tokensOf(described, 'video'),
      goodFor: described.goodFor,
      inputSize: described.config.vision.native ? null : described.imageSize,
      bytes: described.totalBytes,
      device: use,
      memory: needs,
      weights: weights.choice,
      runtime: model.runtime.runtime,
    },
    newline,
    preprocess: {
      size: { width: pixels.width, height: pixels.height },
      mean: pixels.mean,
      std: pixels.std,
      rescale: pixels.rescaleFactor,
    },
    loadMs: performance.now() - begun,
    options: { bundled, anyway, precision, threads },
  };
}

/** Tokens of a square picture, or its share of those that several frames have together. */
const tokensOf = ({ imageSize, format }: ModelSettings, way: PictureWay): number =>
  Math.ceil(
    planTokens(format.plan({ width: imageSize, height: imageSize }, way)) /
      (way === 'video' ? (format.together ?? 1) : 1),
  );

export const notLoaded = (): ZoetropeError =>
  new ZoetropeError('model-missing', say`No model is loaded.`, say`Choose one in Settings.`);
