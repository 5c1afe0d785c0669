import { useCallback, useMemo, useState } from 'react';
import { followView, panView, spanOf, wholeView, zoomView, type View } from './view';

export interface TimelineView {
  view: View;
  zoom: (factor: number, about: number) => void;
  pan: (seconds: number) => void;
  whole: () => void;
}

/** What part of the video the timeline shows. It turns to the playhead when that leaves it, and to nothing else. */
export function useView(duration: number, time: number): TimelineView {
  // Null is the whole video, however long it turns out to be.
  const [zoomed, setZoomed] = useState<View | null>(null);
  const [lastTime, setLastTime] = useState(time);
  // The same object until it changes: the waveform is drawn anew for each.
  const view = useMemo(() => zoomed ?? wholeView(duration), [zoomed, duration]);

  if (time !== lastTime) {
    setLastTime(time);
    if (zoomed) setZoomed(followView(zoomed, duration, time));
  }

  const zoom = useCallback(
    (factor: number, about: number) =>
      setZoomed((now) => {
        const next = zoomView(now ?? wholeView(duration), duration, factor, about);
        return spanOf(next) >= duration ? null : next;
      }),
    [duration],
  );
  const pan = useCallback((seconds: number) => setZoomed((now) => now && panView(now, duration, seconds)), [duration]);
  const whole = useCallback(() => setZoomed(null), []);
  return { view, zoom, pan, whole };
}
