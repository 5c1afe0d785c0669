// SPDX-License-Identifier: Apache-2.0
import { useLayoutEffect, useSyncExternalStore } from 'react';
import type { Playback, PlaybackState } from './playback';

/** What a component shows of the player: it is made anew only when that changes, so a number or a word is best. */
export const usePlayback = <T>(playback: Playback, select: (state: PlaybackState) => T): T =>
  useSyncExternalStore(playback.subscribe, () => select(playback.state()));

/** Moves what goes with the playhead, by hand: it does so at every picture and every step of the pointer. */
export function usePlayhead(playback: Playback, draw: (time: number) => void): void {
  useLayoutEffect(() => {
    const now = () => draw(playback.state().time);
    now();
    return playback.subscribe(now);
  });
}

/** Where the playhead stands on a line, 0 to 1; beyond that it is not there. */
export function placeHead(head: HTMLElement | null, place: number): void {
  if (!head) return;
  head.hidden = place < 0 || place > 1;
  head.style.left = `${(place * 100).toFixed(3)}%`;
}
