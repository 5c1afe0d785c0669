import { useCallback, useEffect, useRef, useState } from 'react';
import { planViews, type PlannedView } from '../../capture';
import { toErrorInfo, type ErrorInfo, type Item, type PlannedStrategy } from '../../contract';
import { valueOf } from './reply';
import type { SceneState } from './use-scene';
import { captureViews, PICTURE_SIZE } from './viewer';

export interface CaptureProgress {
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
  const job = useRef<AbortController | null>(null);
  const cancel = useCallback(() => job.current?.abort(), []);
  useEffect(() => cancel, [cancel]); // leaving the scene stops what is taken of it

  const run = async (views: readonly PlannedView[], mode: 'replace' | 'append'): Promise<void> => {
    if (state.phase !== 'ready' || job.current) return;
    const stop = new AbortController();
    job.current = stop;
    const shows = views.length > 1; // one view is done before a meter could be read
    try {
      const order = {
        source,
        sceneHash: state.hash,
        views,
        signal: stop.signal,
        onProgress: ({ done, total }: CaptureProgress) => shows && setProgress({ done, total }),
      };
      const items = await captureViews(state.viewer, order, async (view) => valueOf(await window.zoetrope['view.add'](view)));
      onViews(items, mode);
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
    void run([{ pose, intrinsics: state.viewer.intrinsicsFor(pose), strategy: 'current' }], 'append');
  };

  const capturePlan = (strategy: PlannedStrategy, count: number): void => {
    if (state.phase !== 'ready' || !state.viewer.bounds) return;
    void run(planViews({ strategy, bounds: state.viewer.bounds, count, size: PICTURE_SIZE }), 'replace');
  };

  return { progress, captureView, capturePlan, cancel };
}
