// SPDX-License-Identifier: Apache-2.0
/**
 * From logits to a token, with transformers' meaning of every setting (its logits processors, in the order in which
 * `generate` applies them: repetition penalty, temperature, top-k, top-p). Pure.
 */

import type { Random } from '../contract';

export interface SamplingSettings {
  /**
   * Below 1 sharpens the distribution, above 1 flattens it; 0 or absent selects the likeliest token, and top-k and
   * top-p have no effect.
   */
  temperature?: number | undefined;
  /** Keep the k likeliest; 0 or absent keeps all. */
  topK?: number | undefined;
  /** Keep the likeliest that together reach this probability; 1 or absent keeps all. */
  topP?: number | undefined;
  /** Above 1 discourages tokens that the prompt or the answer already contains. Default 1. */
  repetitionPenalty?: number | undefined;
  /** The same seed gives the same answer. Default 0. */
  seed?: number | undefined;
}

/**
 * Picks the next token and returns its id.
 * @param logits [vocabulary]; not changed.
 * @param history ids of the prompt and of the answer so far, for the repetition penalty.
 */
export function pickToken(
  logits: Float32Array,
  settings: SamplingSettings,
  history: Iterable<number>,
  random: Random,
): number {
  const greedy = !settings.temperature;
  const filtered = filterLogits(logits, greedy ? { repetitionPenalty: settings.repetitionPenalty } : settings, history);
  return greedy ? argmax(filtered) : draw(filtered, random);
}

/** A copy of the logits after all settings: excluded tokens are -Infinity. Without a temperature the scale stays. */
export function filterLogits(
  logits: Float32Array,
  settings: SamplingSettings,
  history: Iterable<number>,
): Float32Array {
  const out = logits.slice();
  const { temperature = 1, topK = 0, topP = 1, repetitionPenalty = 1 } = settings;
  if (repetitionPenalty !== 1) penaliseRepetition(out, history, repetitionPenalty);
  if (temperature !== 1) for (let i = 0; i < out.length; i++) out[i] = out[i]! / temperature;
  if (topK > 0) keepTopK(out, topK);
  if (topP < 1) keepTopP(out, topP);
  return out;
}

/** Each token in the history counts once: a positive logit is divided by the penalty, a negative one multiplied. */
function penaliseRepetition(logits: Float32Array, history: Iterable<number>, penalty: number): void {
  for (const id of new Set(history)) {
    const value = logits[id];
    if (value !== undefined) logits[id] = value < 0 ? value * penalty : value / penalty;
  }
}

/** Removes all below the k-th largest; ties with the k-th stay, as in transformers. */
function keepTopK(logits: Float32Array, k: number): void {
  if (k >= logits.length) return;
  const edge = kthLargest(logits, k);
  for (let i = 0; i < logits.length; i++) if (logits[i]! < edge) logits[i] = -Infinity;
}

/** Uses a heap of the k largest so far, smallest on top: far less work than sorting 150,000 values. */
function kthLargest(values: Float32Array, k: number): number {
  const heap = values.slice(0, k).sort(); // ascending is a valid heap
  for (let i = k; i < values.length; i++) {
    const value = values[i]!;
    if (value <= heap[0]!) continue;
    let at = 0;
    for (let child = 1; child < k; child = 2 * at + 1) {
      if (child + 1 < k && heap[child + 1]! < heap[child]!) child++;
      if (heap[child]! >= value) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = value;
  }
  return heap[0]!;
}

/** Removes the unlikeliest whose probabilities sum to at most 1 - p; the likeliest always stays. */
function keepTopP(logits: Float32Array, p: number): void {
  const probabilities = softmax(logits);
  // Tokens this unlikely sum to at most 1 - p however many they are, so they need no sorting.
  const negligible = (1 - p) / logits.length;
  const likeliest = probabilities.lastIndexOf(probabilities[argmax(logits)]!);
  let removed = 0;
  const rest: number[] = [];
  for (let i = 0; i < logits.length; i++) {
    if (probabilities[i]! > negligible || i === likeliest) rest.push(i);
    else {
      removed += probabilities[i]!;
      logits[i] = -Infinity;
    }
  }
  // Of equal logits the later token ranks as likelier, as in torch's stable ascending sort.
  rest.sort((a, b) => probabilities[a]! - probabilities[b]! || a - b);
  for (const i of rest.slice(0, -1)) {
    removed += probabilities[i]!;
    if (removed > 1 - p) break;
    logits[i] = -Infinity;
  }
}

function softmax(logits: Float32Array): Float64Array {
  const max = logits[argmax(logits)]!;
  const out = new Float64Array(logits.length);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += out[i] = Math.exp(logits[i]! - max);
  for (let i = 0; i < out.length; i++) out[i] = out[i]! / sum;
  return out;
}

/** The first index of the largest value, as in torch. */
function argmax(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

function draw(logits: Float32Array, random: Random): number {
  const probabilities = softmax(logits);
  let left = random();
  let last = 0;
  for (let i = 0; i < probabilities.length; i++) {
    if (probabilities[i] === 0) continue;
    last = i;
    left -= probabilities[i]!;
    if (left < 0) return i;
  }
  return last; // reached only through rounding errors
}
