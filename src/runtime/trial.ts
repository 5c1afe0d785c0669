// SPDX-License-Identifier: Apache-2.0
/** Tries a model on a device: whether its numbers match the processor's, and how fast it is. */

import { toErrorInfo, type Device, type DeviceTrial } from '../contract';
import type { GRAPHS } from '../model';
import { squareInput, type ModelFolder, type Precision } from '../model';
import { loadModel, type LoadOptions } from './load';
import { builtInDevices, loadOrt } from './native';

/** Positions prefilled and tokens decoded: enough that not only special kernels for short inputs are tested. */
const READ = 48;
const WRITTEN = 2;
/** Some drivers give wrong results for one long run and right ones for short runs: both chunk lengths are tried. */
const CHUNKS = [512, 16] as const;

/** Largest allowed difference, relative to the largest number. 4-bit kernels round activations differently. */
const tolerance = (precision: Precision) => (['fp32', 'fp16'].includes(precision) ? 0.01 : 0.05);

interface Numbers {
  features: Float32Array;
  /** For each chunk length: the logits after the prompt and after each decoded token. */
  logits: Float32Array[][];
  visionMs: number;
  textMs: number;
  /** Of the language model. */
  device: Device;
  precisions: Record<(typeof GRAPHS)[number], Precision>;
}

/** The devices for which this build has a provider, without the processor. Empty if ONNX Runtime cannot be asked. */
export function offeredDevices(): Device[] {
  try {
    return builtInDevices(loadOrt()).filter((device) => device !== 'cpu');
  } catch {
    return [];
  }
}

/** Never throws: errors are part of the result. */
export async function tryDevice(folder: ModelFolder, device: Device): Promise<DeviceTrial> {
  const blank: DeviceTrial = {
    device,
    outcome: 'failed',
    difference: null,
    ms: null,
    cpuMs: null,
    vision: false,
    chunk: null,
    detail: '',
  };
  if (!offeredDevices().includes(device))
    return { ...blank, outcome: 'absent', detail: 'not in this build of ONNX Runtime' };
  try {
    const tried = await numbers(folder, { device });
    if (tried.device !== device) return { ...blank, detail: 'the model has no graph in a format for it' };
    const expected = await numbers(folder, { precision: tried.precisions });
    const plain = await numbers(folder, {}); // the processor with its default weights
    const vision = difference([tried.features], [expected.features]);
    const differences = tried.logits.map((logits, i) => difference(logits, expected.logits[i]!));
    const within = tolerance(tried.precisions.decoder_model_merged);
    const right = differences.findIndex((d) => d <= within);
    const facts = {
      difference:
        right < 0 ? Math.min(...differences.map((d) => (Number.isNaN(d) ? Infinity : d))) : differences[right]!,
      vision: vision <= tolerance(tried.precisions.vision_encoder),
      detail: `pictures ${vision.toExponential(1)}, ${CHUNKS.map((chunk, i) => `in runs of ${chunk} ${differences[i]!.toExponential(1)}`).join(', ')}`,
    };
    if (right < 0)
      return {
        ...blank,
        ...facts,
        outcome: 'wrong',
        difference: Number.isFinite(facts.difference) ? facts.difference : null,
      };
    const ms = tried.textMs + (facts.vision ? tried : plain).visionMs;
    return { ...blank, ...facts, outcome: 'right', chunk: CHUNKS[right]!, ms, cpuMs: plain.textMs + plain.visionMs };
  } catch (error) {
    const { detail, message } = toErrorInfo(error);
    const words = detail ?? message;
    return { ...blank, outcome: ABSENT.test(words) ? 'absent' : 'failed', detail: words.split('\n')[0]! };
  }
}

/** Provider messages if there is no card, no driver, or the provider's own files are not installed. */
const ABSENT =
  /adapter|cannot open shared object|LoadLibrary failed|failed to load|no .*device|not enabled in this build|cudaErrorNoDevice|DXGI/i;

async function numbers(folder: ModelFolder, options: LoadOptions): Promise<Numbers> {
  const model = await loadModel(folder, options);
  try {
    const { hiddenSize, rowWidth } = folder;
    const pixels = squareInput(folder, (length) => wave(length, 0.37));
    const embeds = wave(READ * rowWidth, 0.11);
    const job = async (chunk: number) => {
      const cache = model.decoder.newCache();
      try {
        const logits = [await model.decoder.prefill(cache, embeds, { chunk })];
        for (let i = 0; i < WRITTEN; i++)
          logits.push(await model.decoder.step(cache, embeds.subarray(i * hiddenSize, (i + 1) * hiddenSize)));
        return logits;
      } finally {
        cache.dispose();
      }
    };
    await model.vision.encode(pixels); // the first run of each length compiles shaders and plans
    const logits: Float32Array[][] = [];
    for (const chunk of CHUNKS) logits.push(await job(chunk));
    const begun = performance.now();
    const features = await model.vision.encode(pixels);
    const seen = performance.now();
    await job(CHUNKS[0]);
    return {
      features,
      logits,
      visionMs: seen - begun,
      textMs: performance.now() - seen,
      device: model.devices.decoder_model_merged,
      precisions: model.precisions,
    };
  } finally {
    await model.dispose();
  }
}

/** Deterministic numbers without a pattern that could hide an error. */
function wave(length: number, step: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(i * step + Math.cos(i * 1.7)));
}

/** Largest difference relative to the largest magnitude; NaN if any value is NaN. */
function difference(found: readonly Float32Array[], expected: readonly Float32Array[]): number {
  let most = 0;
  let largest = 1e-6;
  for (const [k, values] of expected.entries()) {
    for (const [i, value] of values.entries()) {
      const off = Math.abs(value - found[k]![i]!);
      if (Number.isNaN(off)) return NaN;
      most = Math.max(most, off);
      largest = Math.max(largest, Math.abs(value));
    }
  }
  return most / largest;
}
