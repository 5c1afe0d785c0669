/** The one progress event: a step of a long job. `done`/`total` are in the step's own unit; `total` 0 means unknown. */
export interface Progress {
  step: 'index' | 'sample' | 'decode' | 'render' | 'load' | 'compile' | 'vision' | 'prefill' | 'decode-tokens' | 'preview';
  done: number;
  total: number;
}

export type OnProgress = (progress: Progress) => void;
