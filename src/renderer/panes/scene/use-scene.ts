// SPDX-License-Identifier: Apache-2.0
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';
import { toErrorInfo, type CameraPose, type ErrorInfo, type Source, type UpAxis, type Vec3 } from '../../../contract';
import { exposeProbe } from './probe';
import { SceneFiles, SceneViewer, type SceneFacts } from '../../../scene';

export type SceneState =
  /** `progress`: null until it is known. */
  | { phase: 'loading'; progress: { done: number; total: number } | null }
  | { phase: 'ready'; viewer: SceneViewer; facts: SceneFacts; hash: string; contextLost: boolean }
  | { phase: 'failed'; error: ErrorInfo };

interface SceneListeners {
  onCamera: RefObject<((pose: CameraPose) => void) | null>;
  onMoved: RefObject<((id: string, pose: CameraPose) => void) | null>;
  onSpeed: RefObject<((speed: number) => void) | null>;
}

/** Creates, sizes and loads the viewer of one scene, and disposes of it when the pane is unmounted. */
export function useScene(
  source: Source,
  { onCamera, onMoved, onSpeed }: SceneListeners,
  up: UpAxis | undefined,
  /** False for a scene that only follows another one's camera. */
  interactive = true,
  /** The point to make coordinates relative to, so that two compared scenes use the same one. */
  origin?: Vec3,
) {
  const host = useRef<HTMLDivElement>(null);
  const opening = useRef<AbortController>(null);
  const [state, setState] = useState<SceneState>({ phase: 'loading', progress: null });
  const [attempt, setAttempt] = useState(0);
  const { id, name } = source;

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const stop = new AbortController();
    const gone = new AbortController();
    opening.current = stop;
    const endings: (() => void)[] = [];
    const open = async (): Promise<void> => {
      const viewer = new SceneViewer({
        interactive,
        reducedMotion: () => matchMedia('(prefers-reduced-motion: reduce)').matches,
        onCamera: (pose) => onCamera.current?.(pose),
        onMoved: (view, pose) => onMoved.current?.(view, pose),
        onSpeed: (speed) => onSpeed.current?.(speed),
        onContextLost: (contextLost) =>
          setState((now) => (now.phase === 'ready' && now.viewer === viewer ? { ...now, contextLost } : now)),
      });
      endings.push(() => viewer.dispose(), fitTo(element, viewer), interactive ? exposeProbe(viewer) : () => undefined);
      const files = await SceneFiles.open(id, name, stop.signal);
      const onProgress = (done: number, total: number): void =>
        setState({ phase: 'loading', progress: { done, total } });
      const facts = await viewer.load(files, { up, origin, signal: stop.signal, onProgress });
      setState({
        phase: 'ready',
        viewer,
        facts,
        hash: await files.hash(facts.up === facts.ownUp ? undefined : facts.up),
        contextLost: false,
      });
    };
    open().catch((thrown: unknown) => {
      if (!gone.signal.aborted) setState({ phase: 'failed', error: toErrorInfo(thrown) });
    });
    return () => {
      gone.abort();
      stop.abort();
      for (const end of endings.reverse()) end();
    };
  }, [id, name, attempt, onCamera, onMoved, onSpeed, up, interactive, origin]);

  /** Cancels loading. */
  const cancelLoading = useCallback(() => opening.current?.abort(), []);
  const retry = useCallback(() => {
    setState({ phase: 'loading', progress: null });
    setAttempt((n) => n + 1);
  }, []);
  return { host, state, retry, cancelLoading };
}

/** Puts the viewer's canvas into the element and keeps it at the same size. Returns a function that undoes it. */
function fitTo(element: HTMLElement, viewer: SceneViewer): () => void {
  const { canvas } = viewer;
  element.prepend(canvas);
  const resize = (): void => viewer.resize(element.clientWidth, element.clientHeight, Math.min(devicePixelRatio, 2));
  const observer = new ResizeObserver(resize);
  observer.observe(element);
  return () => {
    observer.disconnect();
    canvas.remove();
  };
}
