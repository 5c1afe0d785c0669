// SPDX-License-Identifier: Apache-2.0
import type { PlannedView } from '../../camera';
import { throwIfCancelled, type OnProgress, type ViewCapture } from '../../contract';
import { nextFrame } from '../frames';
import type { SceneViewer } from '../viewer/scene-viewer';

export interface CaptureOrder {
  source: string;
  sceneHash: string;
  views: readonly PlannedView[];
  /** Also capture depths, normals and object numbers. */
  passes?: boolean | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
}

/**
 * Captures the planned views one after another. Each is handed over before the next is taken, so that only one picture
 * is in memory at a time. Between two views the window gets a frame to draw and to process a cancellation.
 */
export async function captureViews<T>(
  viewer: SceneViewer,
  { source, sceneHash, views, passes, signal, onProgress }: CaptureOrder,
  handOver: (view: ViewCapture) => Promise<T>,
): Promise<T[]> {
  const taken: T[] = [];
  for (const [index, view] of views.entries()) {
    throwIfCancelled(signal);
    onProgress?.({ step: 'render', done: index, total: views.length });
    await nextFrame();
    throwIfCancelled(signal);
    const rgba = await viewer.capture(view);
    const beside = passes ? { passes: viewer.passes(view) } : {};
    const { renderSettings, shownObjects } = viewer;
    const whole = shownObjects.hidden.length === 0 && shownObjects.only === null;
    taken.push(
      await handOver({
        source,
        sceneHash,
        ...view,
        fileToScene: viewer.facts?.fileToScene,
        look: renderSettings,
        ...(whole ? {} : { parts: shownObjects }),
        index,
        count: views.length,
        rgba,
        ...beside,
      }),
    );
  }
  throwIfCancelled(signal);
  onProgress?.({ step: 'render', done: views.length, total: views.length });
  return taken;
}
