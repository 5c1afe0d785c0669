import { useCallback, useEffect, useRef, useState } from 'react';
import { planViews, squareIntrinsics, type PlannedView } from '../../capture';
import { toErrorInfo, type AskedStrategy, type Bookmark, type CameraPose, type ErrorInfo, type Item, type Progress } from '../../contract';
import { valueOf } from './reply';
import type { SceneState } from './use-scene';
import { captureViews, fileViews, PICTURE_SIZE, planCoverage, planWalk } from './viewer';

export interface CaptureProgress {
  /** `survey` looks for the best places; then views are taken. */
  step: 'survey' | 'render';
  done: number;
  total: number;
}

/** Ways to take several views at once. */
export type PaneStrategy = AskedStrategy | 'bookmarks';

interface CaptureCallbacks {
  onViews: (items: Item[], mode: 'replace' | 'append') => void;
  onRetaken: (old: string, fresh: Item) => void;
  onError: (error: ErrorInfo) => void;
}

/** Takes pictures of the scene and puts them in the tray. One job at a time; the last one can be stopped. */
export function useCapture(source: string, state: SceneState, { onViews, onRetaken, onError }: CaptureCallbacks) {
  const [progress, setProgress] = useState<CaptureProgress | null>(null);
  /** What the last capture for coverage showed of the scene, 0..1. */
  const [coverage, setCoverage] = useState<number | null>(null);
  const job = useRef<AbortController | null>(null);
  const cancel = useCallback(() => job.current?.abort(), []);
  useEffect(() => cancel, [cancel]); // leaving the scene stops what is taken of it

  /** Whether the views were taken. */
  const run = async (plan: (signal: AbortSignal) => Promise<readonly PlannedView[]>, keep: (items: Item[]) => void): Promise<boolean> => {
    if (state.phase !== 'ready' || job.current) return false;
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
      keep(await captureViews(state.viewer, order, async (view) => valueOf(await window.zoetrope['view.add'](view))));
      if (shows) setCoverage(views[0]?.coverage ?? null);
      return true;
    } catch (thrown) {
      const error = toErrorInfo(thrown);
      if (error.code !== 'cancelled') onError(error);
      return false;
    } finally {
      job.current = null;
      setProgress(null);
    }
  };

  const captureView = (): void => {
    if (state.phase !== 'ready') return;
    const { pose } = state.viewer;
    const view: PlannedView = { pose, intrinsics: state.viewer.intrinsicsFor(pose), strategy: 'current' };
    void run(() => Promise.resolve([view]), (items) => onViews(items, 'append'));
  };

  /** Takes a view of the tray again, from another place and with another lens, and puts it where the old one was. */
  const retake = (item: Item, pose: CameraPose, fovY: number): Promise<boolean> => {
    if (state.phase !== 'ready' || item.origin.kind !== 'view') return Promise.resolve(false);
    const { width, height } = item.origin.intrinsics;
    const intrinsics = { ...state.viewer.intrinsicsFor(pose, height, fovY), width };
    const view: PlannedView = { pose, intrinsics, strategy: 'placed', culled: item.origin.culled };
    return run(() => Promise.resolve([view]), ([fresh]) => fresh && onRetaken(item.id, fresh));
  };

  const capturePlan = (strategy: PaneStrategy, count: number, bookmarks: readonly Bookmark[]): void => {
    if (state.phase !== 'ready' || !state.viewer.bounds) return;
    const { viewer } = state;
    const { bounds } = state.viewer;
    const onProgress = (done: number, total: number): void => setProgress({ step: 'survey', done, total });
    const plan = (signal: AbortSignal): Promise<readonly PlannedView[]> => {
      if (strategy === 'coverage') return planCoverage(viewer, { count, size: PICTURE_SIZE, seed: 0, signal, onProgress });
      if (strategy === 'path') return planWalk(viewer, bookmarks, { count, size: PICTURE_SIZE, seed: 0, signal, onProgress });
      if (strategy === 'file') return Promise.resolve(fileViews(viewer, undefined, PICTURE_SIZE));
      if (strategy !== 'bookmarks') return Promise.resolve(planViews({ strategy, bounds, count, size: PICTURE_SIZE }));
      return Promise.resolve(
        bookmarks.map(({ pose, fovY }) => ({ pose, intrinsics: squareIntrinsics(pose, bounds, PICTURE_SIZE, fovY), strategy })),
      );
    };
    void run(plan, (items) => onViews(items, 'replace'));
  };

  return { progress, coverage, captureView, retake, capturePlan, cancel };
}
