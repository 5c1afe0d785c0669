import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';
import { toErrorInfo, type CameraPose, type ErrorInfo, type Source } from '../../contract';
import { exposeProbe } from './probe';
import { readSource, SceneViewer, type SceneFacts } from './viewer';

export type SceneState =
  | { phase: 'loading' }
  | { phase: 'ready'; viewer: SceneViewer; facts: SceneFacts; hash: string; contextLost: boolean }
  | { phase: 'failed'; error: ErrorInfo };

/** One scene's viewer for as long as the pane is there: made, sized, loaded, and given up with it. */
export function useScene(source: Source, onCamera: RefObject<((pose: CameraPose) => void) | null>) {
  const host = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<SceneState>({ phase: 'loading' });
  const [attempt, setAttempt] = useState(0);
  const { id, name } = source;

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const stop = new AbortController();
    const endings: (() => void)[] = [];
    const open = async (): Promise<void> => {
      const viewer = new SceneViewer({
        reducedMotion: () => matchMedia('(prefers-reduced-motion: reduce)').matches,
        onCamera: (pose) => onCamera.current?.(pose),
        onContextLost: (contextLost) =>
          setState((now) => (now.phase === 'ready' && now.viewer === viewer ? { ...now, contextLost } : now)),
      });
      endings.push(() => viewer.dispose(), fitTo(element, viewer), exposeProbe(viewer));
      const file = await readSource(id, name, stop.signal);
      const facts = await viewer.load(file.bytes, name, stop.signal);
      setState({ phase: 'ready', viewer, facts, hash: file.hash, contextLost: false });
    };
    open().catch((thrown: unknown) => {
      if (!stop.signal.aborted) setState({ phase: 'failed', error: toErrorInfo(thrown) });
    });
    return () => {
      stop.abort();
      for (const end of endings.reverse()) end();
    };
  }, [id, name, attempt, onCamera]);

  const retry = useCallback(() => {
    setState({ phase: 'loading' });
    setAttempt((n) => n + 1);
  }, []);
  return { host, state, retry };
}

/** Puts the viewer's canvas into the element and keeps its size. */
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
