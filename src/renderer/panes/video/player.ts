// SPDX-License-Identifier: Apache-2.0
/** What the keys can do with the video that is on the stage. The pane registers itself while it is shown. */
export interface Player {
  source: string;
  seek(time: number): void;
  togglePlay(): void;
  /** L and J: faster each time, forwards or backwards. */
  shuttle(direction: 1 | -1): void;
  pause(): void;
  stepFrames(n: number): void;
  mark(edge: 'in' | 'out'): void;
  /** Adds the frame on show to the tray. */
  takeFrame(): void;
  /** Faster (1) or slower (-1). */
  changeSpeed(by: 1 | -1): void;
  toggleMute(): void;
  /** The video alone on the whole screen, or back. */
  fullScreen(): void;
  /** Proposes more frames about the playhead; again: still more. */
  denser(): void;
  toggleSubtitles(): void;
  /** Moves the compared video against this one by some frames. */
  moveTake(frames: number): void;
  /** Shows less (1) or more (-1) of the video on the timeline. */
  zoom(direction: 1 | -1): void;
}

let current: Player | null = null;
/** Where a video is to begin once it is on the stage. */
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

/** Moves a video to a moment: now if it is on the stage, else when it comes there. */
export function seekTo(source: string, time: number): void {
  if (current?.source !== source) awaited = { source, time };
  else {
    current.pause();
    current.seek(time);
  }
}
