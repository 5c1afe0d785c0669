export const PROGRESS_STEPS = ['index', 'sample', 'decode', 'render', 'load', 'compile', 'vision', 'prefill', 'decode-tokens', 'preview', 'export'] as const;

/** The one progress event: a step of a long job. `done`/`total` are in the step's own unit; `total` 0 means unknown. */
export interface Progress {
  step: (typeof PROGRESS_STEPS)[number];
  done: number;
  total: number;
}

export type OnProgress = (progress: Progress) => void;
