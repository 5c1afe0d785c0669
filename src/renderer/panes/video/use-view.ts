// SPDX-License-Identifier: Apache-2.0
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Playback } from './playback';
import { followView, panView, spanOf, wholeView, zoomView, type View } from './view';

export interface TimelineView {
  view: View;
  zoom: (factor: number, about: number) => void;
  pan: (seconds: number) => void;
  whole: () => void;
}

/** The part of the video that the timeline shows. It moves only when the playhead leaves it. */
export function useView(duration: number, playback: Playback): TimelineView {
  // Null is the whole video, whatever its duration.
  const [zoomed, setZoomed] = useState<View | null>(null);
  // Memoized, because the waveform is drawn again for each new object.
  const view = useMemo(() => zoomed ?? wholeView(duration), [zoomed, duration]);

  useEffect(() => {
    let last = playback.state().time;
    return playback.subscribe(() => {
      const { time } = playback.state();
      if (time === last) return;
      last = time;
      if (zoomed && followView(zoomed, duration, time) !== zoomed)
        setZoomed((now) => now && followView(now, duration, time));
    });
  }, [playback, duration, zoomed]);

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
