// SPDX-License-Identifier: Apache-2.0
import { useCallback, useEffect, useMemo, useRef, useState, type PointerEvent } from 'react';
import type { PixelSize } from '../../../contract';
import { bounded, fitted, panned, zoomedTo, type Pane, type Zoom } from './zoom';

/** Wheel pixels that double the zoom. A pinch on a touchpad arrives as small wheel events with Ctrl. */
const DOUBLES = 240;
const PINCH_DOUBLES = 60;
const LINE_PX = 24;

interface Point {
  x: number;
  y: number;
}

const MIDDLE: Point = { x: 0, y: 0 };

export interface PhotoZoom {
  /** What is shown; null until the pane's size is known. */
  zoom: Zoom | null;
  box: PixelSize | null;
  /** The zoom as a share of 100 %. */
  share: number;
  isFitted: boolean;
  /** Attach it to the pane. */
  well: (element: HTMLElement | null) => (() => void) | undefined;
  by: (factor: number, about?: Point) => void;
  pan: (dx: number, dy: number) => void;
  fit: () => void;
  /** To 100 %, or back to the whole photograph. `event`: where. */
  toggleFull: (event?: { clientX: number; clientY: number }) => void;
  /** For pointers on the pane: one drags the photograph, two fingers zoom it too. */
  pointers: {
    onPointerDownCapture: (event: PointerEvent<HTMLElement>) => void;
    onPointerMove: (event: PointerEvent<HTMLElement>) => void;
    onPointerUp: (event: PointerEvent<HTMLElement>) => void;
    onPointerCancel: (event: PointerEvent<HTMLElement>) => void;
  };
}

/** Zoom and pan of a photograph. @param isCropping the main button draws the rectangle, the other two still drag. */
export function useZoom(photo: PixelSize, isCropping: boolean): PhotoZoom {
  const { width, height } = photo;
  const [box, setBox] = useState<PixelSize | null>(null);
  // Null is the whole photograph, whatever the size of the pane.
  const [chosen, setChosen] = useState<Zoom | null>(null);
  const element = useRef<HTMLElement | null>(null);
  const held = useRef(new Map<number, Point>());
  const pane = useMemo<Pane | null>(
    () => box && { photo: { width, height }, box, full: 1 / window.devicePixelRatio },
    [width, height, box],
  );
  const whole = pane && fitted(pane);
  const zoom = pane && (chosen ? bounded(chosen, pane) : whole);
  const isFitted = !zoom || !whole || zoom.scale <= whole.scale * 1.0001;

  const change = useCallback(
    (next: (zoom: Zoom, pane: Pane) => Zoom) => {
      if (!pane) return;
      setChosen((now) => {
        const to = next(now ? bounded(now, pane) : fitted(pane), pane);
        return to.scale <= fitted(pane).scale ? null : to;
      });
    },
    [pane],
  );
  const by = useCallback(
    (factor: number, about = MIDDLE) => change((now, of) => zoomedTo(now, now.scale * factor, about, of)),
    [change],
  );
  const pan = useCallback((dx: number, dy: number) => change((now, of) => panned(now, dx, dy, of)), [change]);
  const fit = useCallback(() => setChosen(null), []);

  const offset = ({ clientX, clientY }: { clientX: number; clientY: number }): Point => {
    const { left, top, width: wide, height: high } = element.current!.getBoundingClientRect();
    return { x: clientX - left - wide / 2, y: clientY - top - high / 2 };
  };
  const toggleFull = (event?: { clientX: number; clientY: number }): void => {
    const about = event ? offset(event) : MIDDLE;
    change((now, of) =>
      Math.abs(now.scale - of.full) < 1e-6 * of.full ? fitted(of) : zoomedTo(now, of.full, about, of),
    );
  };

  const onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1;
    const [dx, dy] = event.shiftKey && event.deltaX === 0 ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
    if (Math.abs(dx) > Math.abs(dy)) pan(-dx * unit, 0);
    else by(2 ** ((-dy * unit) / (event.ctrlKey ? PINCH_DOUBLES : DOUBLES)), offset(event));
  };
  const wheel = useRef(onWheel);
  useEffect(() => void (wheel.current = onWheel));
  const well = useCallback((node: HTMLElement | null) => {
    element.current = node;
    if (!node) return undefined;
    const listen = (event: WheelEvent): void => wheel.current(event);
    // React adds passive listeners, which cannot prevent the page from scrolling.
    node.addEventListener('wheel', listen, { passive: false });
    const observer = new ResizeObserver(() => setBox({ width: node.clientWidth, height: node.clientHeight }));
    observer.observe(node);
    return () => {
      node.removeEventListener('wheel', listen);
      observer.disconnect();
    };
  }, []);

  const onPointerDownCapture = (event: PointerEvent<HTMLElement>): void => {
    if (isCropping && event.button === 0) return;
    if (isCropping) event.stopPropagation(); // the rectangle follows any button
    if (event.button !== 0) event.preventDefault(); // the middle button would scroll
    held.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    const before = held.current.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    held.current.set(event.pointerId, now);
    const other = [...held.current].find(([id]) => id !== event.pointerId)?.[1];
    const fingers = other ? 2 : 1; // each of two fingers moves the middle between them by half its way
    pan((now.x - before.x) / fingers, (now.y - before.y) / fingers);
    if (!other) return;
    const apart = (from: Point): number => Math.max(1, Math.hypot(from.x - other.x, from.y - other.y));
    by(apart(now) / apart(before), offset({ clientX: (now.x + other.x) / 2, clientY: (now.y + other.y) / 2 }));
  };
  const release = (event: PointerEvent<HTMLElement>): void => void held.current.delete(event.pointerId);

  return {
    ...{ zoom, box, isFitted, well, by, pan, fit, toggleFull },
    share: zoom && pane ? zoom.scale / pane.full : 1,
    pointers: { onPointerDownCapture, onPointerMove, onPointerUp: release, onPointerCancel: release },
  };
}
