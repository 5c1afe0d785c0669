// SPDX-License-Identifier: Apache-2.0
import { createRef, useEffect, useRef } from 'react';
import { create } from 'zustand';
import type { LayoutChangedMeta, PanelImperativeHandle } from 'react-resizable-panels';

/** The panes that the user can resize; the stage gets the rest of the window. */
const PANES = ['library', 'conversation', 'tray'] as const;
type Pane = (typeof PANES)[number];

/** The wanted size of each pane in pixels, which is independent of the window's size, and whether it is folded. */
type Wanted = Record<Pane, { size: number; folded: boolean }>;
const FIRST: Wanted = {
  library: { size: 216, folded: false },
  conversation: { size: 392, folded: false },
  tray: { size: 308, folded: false },
};

/** Minimum size of a pane that is not folded, in pixels. */
export const LEAST: Record<Pane, number> = { library: 160, conversation: 300, tray: 132 };

const KEY = 'zoetrope.panes';
const handles = {
  library: createRef<PanelImperativeHandle>(),
  conversation: createRef<PanelImperativeHandle>(),
  tray: createRef<PanelImperativeHandle>(),
};

function kept(): Wanted {
  try {
    const saved = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Record<Pane, Partial<Wanted[Pane]>>>;
    const of = (pane: Pane) => {
      const { size, folded } = saved[pane] ?? {};
      return { size: typeof size === 'number' && size > 0 ? size : FIRST[pane].size, folded: folded === true };
    };
    return { library: of('library'), conversation: of('conversation'), tray: of('tray') };
  } catch {
    return FIRST;
  }
}

/** The wanted sizes. If the window is too small for them, the panes are temporarily smaller. */
export const usePaneState = create<Wanted>(kept);

function want(pane: Pane, change: Partial<Wanted[Pane]>): void {
  usePaneState.setState((s) => ({ [pane]: { ...s[pane], ...change } }));
  localStorage.setItem(KEY, JSON.stringify(usePaneState.getState()));
}

function toggle(pane: Pane): void {
  const panel = handles[pane].current;
  if (!panel) return;
  const folded = !panel.isCollapsed();
  if (folded) panel.collapse();
  else panel.resize(usePaneState.getState()[pane].size);
  want(pane, { folded });
}

export const toggleLibrary = () => toggle('library');
export const toggleConversation = () => toggle('conversation');

/** The initial size of a pane. */
export const firstSize = (pane: Pane): number => {
  const { size, folded } = usePaneState.getState()[pane];
  return folded ? 0 : size;
};

/** Records the sizes that the user has set. */
function onResized(_layout: unknown, { isUserInteraction }: LayoutChangedMeta): void {
  if (!isUserInteraction) return;
  setTimeout(() => {
    // The event comes before the layout has changed.
    for (const pane of PANES) {
      const size = handles[pane].current?.getSize().inPixels;
      if (size !== undefined) want(pane, size > 0 ? { size: Math.round(size), folded: false } : { folded: true });
    }
  });
}

/** Minimum size of the stage, in pixels: room for the controls of a video and its picture above them. */
const STAGE = { width: 400, height: 330 };

/** Gives the panes their wanted sizes, as far as the stage keeps its minimum size. */
function restore(area: HTMLElement): void {
  const { library, conversation, tray } = usePaneState.getState();
  const beside = area.clientWidth - STAGE.width - (library.folded ? 0 : library.size);
  const size = {
    library: library.size,
    conversation: Math.min(conversation.size, Math.max(LEAST.conversation, beside)),
    tray: Math.min(tray.size, Math.max(LEAST.tray, area.clientHeight - STAGE.height)),
  };
  for (const pane of PANES) if (!usePaneState.getState()[pane].folded) handles[pane].current?.resize(size[pane]);
}

/** @param laid changes when panes are shown that were not there before. */
export function usePanes(laid: boolean) {
  const area = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!area.current) return;
    // Delayed, so that the panes know their new size.
    const observer = new ResizeObserver(() => setTimeout(() => area.current && restore(area.current)));
    observer.observe(area.current);
    return () => observer.disconnect();
  }, [laid]);
  return { ...handles, area, onResized };
}
