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
import { modelFingerprint, readTokenizer, type FileHashes, type Tokenizer } from '../model';
import { loadModel, type LoadedModel } from '../runtime';
import type { PreprocessConfig } from '../vision';
import { chooseDevice, onProcessor } from './devices';
import type { JobOptions } from './items';
import { checkModel, needsOf } from './memory';
import { chooseWeights } from './weights';

export interface LoadOptions extends JobOptions {
  bundled: boolean;
  device?: DeviceUse | undefined;
  /** Loads also what is larger than the free memory. */
  anyway?: boolean | undefined;
  /** Default: the fastest that fits. What a folder of one's own has not is made from its checkpoint, and stays there. */
  precision?: PrecisionChoice | undefined;
  /** Default: the runtime's choice. */
  threads?: number | undefined;
  /** What it will take, before it is loaded. */
  onNeeds?: ((needs: ModelNeeds) => void) | undefined;
}

/** A model that is ready, with what is needed to speak to it. */
export interface ReadyModel {
  model: LoadedModel;
  tokenizer: Tokenizer;
  preprocess: PreprocessConfig;
  info: ModelInfo;
  loadMs: number;
  /** To load it again on another device. */
  options: Pick<LoadOptions, 'bundled' | 'anyway' | 'precision' | 'threads'>;
}

export interface LoadPlace {
  /** Bytes that can be had. */
  free: number;
  hashes: FileHashes;
  /** Called when nothing but the loading itself can fail any more: the model in use goes first, as two rarely fit. */
  makeRoom: () => Promise<void>;
}

/** Loads a model folder; on the processor, if it cannot be loaded on the device. Errors as `Engine.load`. */
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
  if (!anyway && device.used === 'cpu') checkModel(weights.settings, needs); // a card has memory of its own
  const described = await weights.ready({ signal, onProgress });
  const tokenizer = await readTokenizer(folder);
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
      tokensPerPicture: described.tokensPerImage,
      inputSize: described.imageSize,
      bytes: described.totalBytes,
      device: use,
      memory: needs,
      weights: weights.choice,
      runtime: model.runtime.runtime,
    },
    preprocess: {
      size: { width: pixels.width, height: pixels.height },
      cutFrom: pixels.cutFrom,
      mean: pixels.mean,
      std: pixels.std,
      rescale: pixels.rescaleFactor,
    },
    loadMs: performance.now() - begun,
    options: { bundled, anyway, precision, threads },
  };
}

export const notLoaded = (): ZoetropeError =>
  new ZoetropeError('model-missing', say`No model is loaded.`, say`Choose one in Settings.`);
