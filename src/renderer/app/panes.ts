// SPDX-License-Identifier: Apache-2.0
import { createRef, useEffect, useRef } from 'react';
import { create } from 'zustand';
import type { LayoutChangedMeta, PanelImperativeHandle } from 'react-resizable-panels';

/** The panes whose size is the user's: what their window leaves over is the stage's. */
const PANES = ['library', 'conversation', 'tray'] as const;
type Pane = (typeof PANES)[number];

/** Of each pane its size in pixels, which is the same in every window, and whether it is folded away. */
type Wanted = Record<Pane, { size: number; folded: boolean }>;
const FIRST: Wanted = {
  library: { size: 216, folded: false },
  conversation: { size: 392, folded: false },
  tray: { size: 308, folded: false },
};

/** The smallest a pane may be without being folded away, in pixels. */
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

/** How the panes are wanted; a window that is too small for it gives them less for as long as it is. */
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

/** The size a pane begins with. */
export const firstSize = (pane: Pane): number => {
  const { size, folded } = usePaneState.getState()[pane];
  return folded ? 0 : size;
};

/** Takes over what the user has made of the sizes. */
function onResized(_layout: unknown, { isUserInteraction }: LayoutChangedMeta): void {
  if (!isUserInteraction) return;
  setTimeout(() => {
    // Told before it is laid out.
    for (const pane of PANES) {
      const size = handles[pane].current?.getSize().inPixels;
      if (size !== undefined) want(pane, size > 0 ? { size: Math.round(size), folded: false } : { folded: true });
    }
  });
}

/** What the stage needs beside the others, in pixels: room for the controls of a video, and its picture above them. */
const STAGE = { width: 400, height: 330 };

/** Gives the panes the sizes that are wanted, as far as the stage has room beside them. */
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

/** @param laid changes when panes were laid out that were not there before. */
export function usePanes(laid: boolean) {
  const area = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!area.current) return;
    const observer = new ResizeObserver(() => setTimeout(() => area.current && restore(area.current))); // once the panes know of the new room
    observer.observe(area.current);
    return () => observer.disconnect();
  }, [laid]);
  return { ...handles, area, onResized };
}
