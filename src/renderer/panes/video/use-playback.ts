// SPDX-License-Identifier: Apache-2.0
import { useLayoutEffect, useSyncExternalStore } from 'react';
import type { Playback, PlaybackState } from './playback';

/**
 * A value selected from the player's state. The component renders again only when it changes, so a number or string is
 * best.
 */
export const usePlayback = <T>(playback: Playback, select: (state: PlaybackState) => T): T =>
  useSyncExternalStore(playback.subscribe, () => select(playback.state()));

/**
 * Calls `draw` on every change of the playhead, without rendering: it changes at every frame and every pointer event.
 */
export function usePlayhead(playback: Playback, draw: (time: number) => void): void {
  useLayoutEffect(() => {
    const now = () => draw(playback.state().time);
    now();
    return playback.subscribe(now);
  });
}

/** Places the playhead on a line, 0 to 1; outside that it is hidden. */
export function placeHead(head: HTMLElement | null, place: number): void {
  if (!head) return;
  head.hidden = place < 0 || place > 1;
  head.style.left = `${(place * 100).toFixed(3)}%`;
}
