import { useCallback, useEffect, useRef, useState } from 'react';
import { planViews, type PlannedView } from '../../capture';
import { toErrorInfo, type AskedStrategy, type ErrorInfo, type Item, type Progress } from '../../contract';
import { valueOf } from './reply';
import type { SceneState } from './use-scene';
import { captureViews, PICTURE_SIZE, planCoverage } from './viewer';

export interface CaptureProgress {
  /** `survey` looks for the best places; then views are taken. */
  step: 'survey' | 'render';
  done: number;
  total: number;
}

interface CaptureCallbacks {
  onViews: (items: Item[], mode: 'replace' | 'append') => void;
  onError: (error: ErrorInfo) => void;
}

/** Takes pictures of the scene and puts them in the tray. One job at a time; the last one can be stopped. */
export function useCapture(source: string, state: SceneState, { onViews, onError }: CaptureCallbacks) {
  const [progress, setProgress] = useState<CaptureProgress | null>(null);
  /** What the last capture for coverage showed of the scene, 0..1. */
  const [coverage, setCoverage] = useState<number | null>(null);
  const job = useRef<AbortController | null>(null);
  const cancel = useCallback(() => job.current?.abort(), []);
  useEffect(() => cancel, [cancel]); // leaving the scene stops what is taken of it

  const run = async (plan: (signal: AbortSignal) => Promise<readonly PlannedView[]>, mode: 'replace' | 'append'): Promise<void> => {
    if (state.phase !== 'ready' || job.current) return;
    const stop = new AbortController();
    job.current = stop;
    try {
      const views = await plan(stop.signal);
      const shows = views.length > 1; // one view is done before a meter could be read
      const order = {
        source,
        sceneHash: state.hash,
        views,
        signal: stop.signal,
        onProgress: ({ done, total }: Progress) => shows && setProgress({ step: 'render', done, total }),
      };
      const items = await captureViews(state.viewer, order, async (view) => valueOf(await window.zoetrope['view.add'](view)));
      onViews(items, mode);
      if (mode === 'replace') setCoverage(views[0]?.coverage ?? null);
    } catch (thrown) {
      const error = toErrorInfo(thrown);
      if (error.code !== 'cancelled') onError(error);
    } finally {
      job.current = null;
      setProgress(null);
    }
  };

  const captureView = (): void => {
    if (state.phase !== 'ready') return;
    const { pose } = state.viewer;
    const view: PlannedView = { pose, intrinsics: state.viewer.intrinsicsFor(pose), strategy: 'current' };
    void run(() => Promise.resolve([view]), 'append');
  };

  const capturePlan = (strategy: AskedStrategy, count: number): void => {
    if (state.phase !== 'ready' || !state.viewer.bounds) return;
    const { viewer } = state;
    const { bounds } = state.viewer;
    const onProgress = (done: number, total: number): void => setProgress({ step: 'survey', done, total });
    void run(
      (signal) =>
        strategy === 'coverage'
          ? planCoverage(viewer, { count, size: PICTURE_SIZE, seed: 0, signal, onProgress })
          : Promise.resolve(planViews({ strategy, bounds, count, size: PICTURE_SIZE })),
      'replace',
    );
  };

  return { progress, coverage, captureView, capturePlan, cancel };
}
