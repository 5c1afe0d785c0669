import { createRef } from 'react';
import { create } from 'zustand';
import type { PanelImperativeHandle } from 'react-resizable-panels';

/** The two side panes: whether they show, and how anything may fold them. */
const library = createRef<PanelImperativeHandle>();
const conversation = createRef<PanelImperativeHandle>();

interface Panes {
  libraryShown: boolean;
  conversationShown: boolean;
}

export const usePaneState = create<Panes>(() => ({ libraryShown: true, conversationShown: true }));

function toggle(panel: PanelImperativeHandle | null): void {
  if (panel?.isCollapsed()) panel.expand();
  else panel?.collapse();
}

export const toggleLibrary = () => toggle(library.current);
export const toggleConversation = () => toggle(conversation.current);

export function usePanes() {
  return {
    library,
    conversation,
    onLibrary: ({ inPixels }: { inPixels: number }) => usePaneState.setState({ libraryShown: inPixels > 0 }),
    onConversation: ({ inPixels }: { inPixels: number }) => usePaneState.setState({ conversationShown: inPixels > 0 }),
  };
}
