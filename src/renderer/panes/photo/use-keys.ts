// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, type RefObject } from 'react';
import { heard } from '../../keys';
import { ZOOM_STEP } from './zoom';

/** CSS pixels that an arrow key moves the photograph. */
const PAN = 60;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [PAN, 0],
  ArrowRight: [-PAN, 0],
  ArrowUp: [0, PAN],
  ArrowDown: [0, -PAN],
};
/** Where keys have a meaning of their own. */
const OTHERS =
  'input, textarea, select, [contenteditable="true"], [role="dialog"], [role="menu"], [role="listbox"], [role="grid"]';

export interface PhotoActions {
  zoomBy: (factor: number) => void;
  pan: (dx: number, dy: number) => void;
  fit: () => void;
  /** Adds the crop; null while none is chosen. */
  add: (() => void) | null;
  /** Leaves the crop; null while none is chosen. */
  cancel: (() => void) | null;
}

/** Keys of a photograph: + - 0 wherever the focus is, arrows, Enter and Esc while it is in the pane. */
export function useKeys(pane: RefObject<HTMLElement | null>, actions: PhotoActions): void {
  const latest = useRef(actions);
  useEffect(() => void (latest.current = actions));
  useEffect(() => {
    const act = (event: KeyboardEvent, target: Element): boolean => {
      const { zoomBy, pan, fit, add, cancel } = latest.current;
      const isHere = pane.current?.contains(target) ?? false;
      if (event.key === 'Escape' && isHere && cancel) return (cancel(), true);
      if (target.closest(OTHERS)) return false;
      const key = heard(event);
      if (key === '+' || key === '=') return (zoomBy(ZOOM_STEP), true);
      if (key === '-') return (zoomBy(1 / ZOOM_STEP), true);
      if (key === '0') return (fit(), true);
      if (!isHere || target.closest('button')) return false;
      if (event.key === 'Enter' && add) return (add(), true);
      const way = ARROWS[event.key];
      return way !== undefined && key === event.key && (pan(...way), true);
    };
    // In the bubbling phase, so that the rectangle and its handles get the arrow keys first.
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing || !(event.target instanceof Element)) return;
      if (!act(event, event.target)) return;
      event.preventDefault();
      event.stopImmediatePropagation(); // what else Esc and Enter do
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [pane]);
}
