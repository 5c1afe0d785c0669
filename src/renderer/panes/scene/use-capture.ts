// SPDX-License-Identifier: Apache-2.0
import { useCallback, useEffect, useRef, useState } from 'react';
import type { PlannedView } from '../../../camera';
import {
  ofTake,
  toErrorInfo,
  type Arrangement,
  type AskedStrategy,
  type Bookmark,
  type CameraPose,
  type ErrorInfo,
  type Item,
  type Progress,
  type Sentence,
} from '../../../contract';
import { inOrder, type Pair } from '../../../sequence';
import type { SecondReady } from './compare';
import type { SceneState } from './use-scene';
import {
  captureViews,
  matchedViews,
  PICTURE_SIZE,
  planCapture,
  settlePairs,
  type SceneViewer,
  type Settled,
  valueOf,
} from '../../../scene';

export interface CaptureProgress {
  /** `survey`: looking for the best poses; `render`: capturing views. */
  step: 'survey' | 'render';
  done: number;
  total: number;
}

/** Strategies for capturing several views at once. */
export type PaneStrategy = AskedStrategy | 'bookmarks';

interface CaptureCallbacks {
  onViews: (items: Item[], mode: 'replace' | 'append') => void;
  onRetaken: (fresh: ReadonlyMap<string, Item>) => void;
  onError: (error: ErrorInfo) => void;
}

/** A second scene that is captured from the same poses. */
export interface Beside {
  ready: SecondReady;
  arrange: Arrangement;
  /** Its views in the tray. */
  trayViews: readonly Item[];
}

/** Captures views of the scene for the tray. One job at a time, which can be cancelled. */
export function useCapture(
  source: string,
  state: SceneState,
  beside: Beside | null,
  { onViews, onRetaken, onError }: CaptureCallbacks,
) {
  const [progress, setProgress] = useState<CaptureProgress | null>(null);
  /** The share of the scene that the last coverage capture showed, 0..1. */
  const [coverage, setCoverage] = useState<number | null>(null);
  /** Notes about the last capture. */
  const [notes, setNotes] = useState<readonly Sentence[]>([]);
  const job = useRef<AbortController | null>(null);
  const cancel = useCallback(() => job.current?.abort(), []);
  useEffect(() => cancel, [cancel]); // unmounting cancels the capture

  /** Captures planned views, also of the second scene. Returns whether it succeeded. */
  const run = async (
    plan: (signal: AbortSignal) => Promise<Settled>,
    keep: (first: Item[], second: Item[] | null) => void,
    other: Beside | null = beside,
  ): Promise<boolean> => {
    if (state.phase !== 'ready' || job.current) return false;
    const stop = new AbortController();
    job.current = stop;
    try {
      const planned = await plan(stop.signal);
      const beyond =
        other && (await settlePairs(other.ready.viewer, matchedViews(other.ready.viewer, planned.views), stop.signal));
      const both = beyond && new Set(beyond.views.map(({ pose }) => pose));
      const views = planned.views.filter(({ pose }) => !both || both.has(pose));
      const total = views.length * (other ? 2 : 1);
      const shows = total > 1; // no progress for a single view: it is too quick
      const take = (
        of: { source: string; hash: string; viewer: SceneViewer },
        which: readonly PlannedView[],
        before: number,
      ): Promise<Item[]> => {
        const onProgress = ({ done }: Progress): void =>
          void (shows && setProgress({ step: 'render', done: before + done, total }));
        return captureViews(
          of.viewer,
          { source: of.source, sceneHash: of.hash, views: which, signal: stop.signal, onProgress },
          async (view) => valueOf(await window.zoetrope['view.add'](view)),
        );
      };
      const first = await take({ source, ...state }, views, 0);
      const second = other && beyond && (await take(other.ready, beyond.views, views.length));
      keep(second ? first.map((item) => ofTake(item, 'A')) : first, second && second.map((item) => ofTake(item, 'B')));
      if (shows) setCoverage(views[0]?.coverage ?? null);
      setNotes([...planned.notes, ...(beyond?.notes ?? [])]);
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

  const arranged = (first: Item[], second: Item[] | null): Item[] =>
    beside && second
      ? inOrder(
          first.map((item, k): Pair => [item, second[k]!]),
          beside.arrange,
        )
      : first;

  const captureView = (): void => {
    if (state.phase !== 'ready') return;
    const { pose } = state.viewer;
    const view: PlannedView = { pose, intrinsics: state.viewer.intrinsicsFor(pose), strategy: 'current' };
    void run(
      () => Promise.resolve({ views: [view], notes: [] }),
      (first, second) => onViews(arranged(first, second), 'append'),
    );
  };

  /**
   * Captures a view in the tray again, from another pose and with another field of view, and replaces the old one. If
   * it is part of a pair, the view of the second scene is replaced too.
   */
  const retake = (item: Item, pose: CameraPose, fovY: number): Promise<boolean> => {
    if (state.phase !== 'ready' || item.origin.kind !== 'view') return Promise.resolve(false);
    const { width, height } = item.origin.intrinsics;
    const intrinsics = { ...state.viewer.intrinsicsFor(pose, height, fovY), width };
    const view: PlannedView = {
      pose,
      intrinsics,
      strategy: 'placed',
      culled: item.origin.culled,
      bothSides: item.origin.bothSides,
    };
    const place = item.origin.pose.cameraToWorld.join();
    const partner =
      item.origin.take &&
      beside?.trayViews.find(
        ({ origin }) => origin.kind === 'view' && origin.take && origin.pose.cameraToWorld.join() === place,
      );
    return run(
      () => Promise.resolve({ views: [view], notes: [] }),
      ([fresh], second) => {
        const taken = new Map(fresh && [[item.id, fresh]]);
        const [beyond] = second ?? [];
        if (partner && beyond) taken.set(partner.id, beyond);
        onRetaken(taken);
      },
      partner ? beside : null,
    );
  };

  const capturePlan = (strategy: PaneStrategy, count: number, bookmarks: readonly Bookmark[]): void => {
    if (state.phase !== 'ready') return;
    const { viewer } = state;
    const onProgress = (done: number, total: number): void => setProgress({ step: 'survey', done, total });
    const plan = (signal: AbortSignal): Promise<Settled> =>
      planCapture(viewer, { strategy, count, size: PICTURE_SIZE, seed: 0, places: bookmarks, signal, onProgress });
    void run(plan, (first, second) => onViews(arranged(first, second), 'replace'));
  };

  return { progress, coverage, notes, setNotes, captureView, retake, capturePlan, cancel };
}
