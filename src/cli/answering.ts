// SPDX-License-Identifier: Apache-2.0
import type { Answer, OnProgress, Sampling, SentSubtitles, ServerAnswer, Turn } from '../contract';

/** What answers a question: the local model, or a model of a server. */
export interface Answering {
  /** Edge in pixels of the square to which the model resizes a picture; null if it is not known. */
  inputSize: number | null;
  /** `notes`: what a person should know of the answer. */
  ask: (asking: Asking) => Promise<(Answer | ServerAnswer) & { notes: string[] }>;
}

export interface Asking {
  turns: Turn[];
  sampling: Sampling;
  /** Absent if subtitles were not asked for. */
  subtitles?: SentSubtitles[];
  signal: AbortSignal;
  onProgress: OnProgress;
  /** Receives the answer in pieces, to be shown at once. */
  onText: (delta: string) => void;
}
