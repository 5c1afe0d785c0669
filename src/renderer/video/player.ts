/** What the keys can do with the video that is on the stage. The pane registers itself while it is shown. */
export interface Player {
  source: string;
  togglePlay(): void;
  /** L and J: faster each time, forwards or backwards. */
  shuttle(direction: 1 | -1): void;
  pause(): void;
  stepFrames(n: number): void;
  mark(edge: 'in' | 'out'): void;
  /** Adds the frame on show to the tray. */
  takeFrame(): void;
  /** Shows less (1) or more (-1) of the video on the timeline. */
  zoom(direction: 1 | -1): void;
}

let current: Player | null = null;

export function registerPlayer(player: Player): () => void {
  current = player;
  return () => {
    if (current === player) current = null;
  };
}

export const activePlayer = (): Player | null => current;
