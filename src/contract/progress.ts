// SPDX-License-Identifier: Apache-2.0
export const PROGRESS_STEPS = [
  'index',
  'sample',
  'decode',
  'render',
  'load',
  'compile',
  'vision',
  'prefill',
  'encode',
  'wait',
  'preview',
  'export',
  'download',
  'move',
] as const;

/** A progress event: one step of a long job. `done` and `total` are in the step's own unit; `total` 0 means unknown. */
export interface Progress {
  step: (typeof PROGRESS_STEPS)[number];
  done: number;
  total: number;
}

/** What each step does, in English: for the command line, and for programs that ask. */
export const STEP_WORDS: Record<Progress['step'], string> = {
  index: 'reading the video',
  sample: 'taking frames',
  decode: 'decoding',
  render: 'rendering views',
  load: 'loading the model',
  compile: 'compiling the model',
  vision: 'looking at pictures',
  prefill: 'reading the question',
  encode: 'preparing pictures',
  wait: 'waiting for the server',
  preview: 'preparing a preview',
  export: 'writing pictures',
  download: 'downloading',
  move: 'moving models',
};

export type OnProgress = (progress: Progress) => void;

/**
 * Limits how often progress is reported: at most once every `every` milliseconds, but always for a new step and for its
 * end. Otherwise reading a file of several hours would report thousands of times, and the window would draw each.
 */
export function paced(tell: OnProgress, every = 100): OnProgress {
  let last = -Infinity;
  let step: string | undefined;
  return (progress) => {
    const now = performance.now();
    const over = progress.total > 0 && progress.done >= progress.total;
    if (now - last < every && progress.step === step && !over) return;
    last = now;
    step = progress.step;
    tell(progress);
  };
}
