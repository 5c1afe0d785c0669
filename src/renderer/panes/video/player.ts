// SPDX-License-Identifier: Apache-2.0
/** What keys can do with the video that is shown. The pane registers itself while it is shown. */
export interface Player {
  source: string;
  seek(time: number): void;
  togglePlay(): void;
  /** The keys L and J: plays faster with each press, forwards or backwards. */
  shuttle(direction: 1 | -1): void;
  pause(): void;
  stepFrames(n: number): void;
  mark(edge: 'in' | 'out'): void;
  /** Adds the frame on screen to the tray. */
  takeFrame(): void;
  /** Faster (1) or slower (-1). */
  changeSpeed(by: 1 | -1): void;
  toggleMute(): void;
  /** Shows the video in full screen, or ends that. */
  fullScreen(): void;
  /** Proposes more frames around the playhead; repeated calls propose still more. */
  denser(): void;
  toggleSubtitles(): void;
  /** Lets the user type the time to go to. */
  typeTime(): void;
  /** Shifts the compared video against this one by some frames. */
  moveTake(frames: number): void;
  /** The time at a place on the visible part of the timeline, from 0 to 1. */
  timeAt(place: number): number;
  /** Zooms the timeline in (1) or out (-1). */
  zoom(direction: 1 | -1): void;
}

let current: Player | null = null;
/** The moment at which a video starts once it is shown. */
let awaited: { source: string; time: number } | null = null;

export function registerPlayer(player: Player): () => void {
  current = player;
  if (awaited?.source === player.source) player.seek(awaited.time);
  awaited = null;
  return () => {
    if (current === player) current = null;
  };
}

export const activePlayer = (): Player | null => current;

/** Seeks in a video: at once if it is shown, else as soon as it is. */
export function seekTo(source: string, time: number): void {
  if (current?.source !== source) awaited = { source, time };
  else {
    current.pause();
    current.seek(time);
  }
}
