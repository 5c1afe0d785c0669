// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef } from 'react';
import { heard } from '../../keys';

/** Handles keys wherever the focus is, except in text fields or while a dialog is open. */
export function useKeys(keys: Record<string, () => void>): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.repeat) return;
      const target = event.target instanceof Element ? event.target : null;
      if (
        target?.closest(
          'input, textarea, select, [contenteditable="true"], [role="dialog"], [role="menu"], [role="listbox"]',
        )
      )
        return;
      const action = latest.current[heard(event)?.toLowerCase() ?? ''];
      if (!action) return;
      event.preventDefault();
      action();
    };
    // In the capture phase, so that a key is handled once, whatever listens in the bubbling phase.
    window.addEventListener('keydown', press, true);
    return () => window.removeEventListener('keydown', press, true);
  }, []);
}
