// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, type RefObject } from 'react';
import { timeIn } from './view';
import type { TimelineView } from './use-view';

/** Wheel pixels that double the zoom. A pinch arrives as small wheel events with Ctrl. */
const DOUBLES = 240;
const PINCH_DOUBLES = 60;
const LINE_PX = 24;

/** The wheel zooms at the pointer; sideways or with Shift it pans. */
export function useWheel(ref: RefObject<HTMLElement | null>, part: TimelineView): void {
  const latest = useRef(part);
  useEffect(() => void (latest.current = part), [part]);
  useEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const { view, zoom, pan } = latest.current;
      const box = element.getBoundingClientRect();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1;
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        pan(((sideways * unit) / box.width) * (view.end - view.start));
      } else {
        zoom(
          2 ** ((-event.deltaY * unit) / (event.ctrlKey ? PINCH_DOUBLES : DOUBLES)),
          timeIn(view, (event.clientX - box.left) / box.width),
        );
      }
    };
    // React adds passive listeners, which cannot prevent the page from scrolling.
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [ref]);
}
