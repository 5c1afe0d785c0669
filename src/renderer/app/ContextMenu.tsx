// SPDX-License-Identifier: Apache-2.0
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MenuAt, MenuItem, MenuLine } from '../ui';
import { entriesAt, type MenuEntry } from './context-entries';

interface Opened {
  place: { x: number; y: number };
  entries: readonly MenuEntry[];
  /** The element that the menu is about; it gets the focus back. */
  target: HTMLElement;
}

/** The menu of the right mouse button, the menu key and Shift+F10, for whatever is under the pointer or focused. */
export function ContextMenu() {
  const { t } = useTranslation();
  const [opened, setOpened] = useState<Opened | null>(null);
  useEffect(() => {
    const open = (event: Event, target: EventTarget | null, x: number | null, y: number | null) => {
      // Text fields and selected text have the system's menu.
      if (!(target instanceof HTMLElement) || target.closest('input, textarea')) return;
      if (!window.getSelection()?.isCollapsed && x !== null) return;
      const entries = entriesAt(target, x, t);
      if (entries.length === 0) return;
      event.preventDefault();
      const box = target.getBoundingClientRect();
      setOpened({ entries, target, place: { x: x ?? box.left + box.width / 2, y: y ?? box.top + box.height / 2 } });
    };
    const onMenu = (event: MouseEvent) => open(event, event.target, event.clientX, event.clientY);
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'ContextMenu' || (event.shiftKey && event.key === 'F10'))
        open(event, document.activeElement, null, null);
    };
    window.addEventListener('contextmenu', onMenu);
    window.addEventListener('keydown', onKey, true);
    return () => {
      window.removeEventListener('contextmenu', onMenu);
      window.removeEventListener('keydown', onKey, true);
    };
  }, [t]);
  const target = opened?.target;
  const close = useCallback(() => {
    setOpened(null);
    if (target?.isConnected) requestAnimationFrame(() => target.focus());
  }, [target]);
  useEffect(() => {
    if (!target) return undefined;
    const onEscape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      event.stopPropagation();
      close();
    };
    window.addEventListener('keydown', onEscape, true);
    return () => window.removeEventListener('keydown', onEscape, true);
  }, [target, close]);
  return (
    <MenuAt label={t('menu.more')} place={opened?.place ?? null} onClose={close}>
      {opened?.entries.map((entry, k) =>
        entry === null ? (
          <MenuLine key={k} />
        ) : (
          <MenuItem
            key={k}
            icon={entry.icon && <entry.icon />}
            note={entry.keys}
            isDisabled={entry.isDisabled ?? false}
            onAction={() => {
              close();
              entry.run();
            }}
          >
            {entry.name}
          </MenuItem>
        ),
      )}
    </MenuAt>
  );
}
