// SPDX-License-Identifier: Apache-2.0
import type { Answer, OnProgress, Sampling, SentSubtitles, ServerAnswer, Turn } from '../contract';
import type { CaptionStyle } from '../sequence';

/** What answers a question: the local model, or a model of a server. */
export interface Answering {
  /** What identifies the model, for a run of many questions that only goes on with the same. */
  model: Record<string, string>;
  /** Edge in pixels of the square to which the model resizes a picture; null if it is not known. */
  inputSize: number | null;
  /** How captions are written for the model. */
  captions: CaptionStyle;
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
