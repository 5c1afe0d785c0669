// SPDX-License-Identifier: Apache-2.0
/** A picture and the moment it is of, in seconds on the player's own clock. */
export interface Shot {
  time: number;
  picture: CanvasImageSource;
  width: number;
  height: number;
  close: () => void;
}

/** The part of a video element that is used. */
export type Player = Pick<HTMLVideoElement, 'seeking' | 'paused' | 'readyState' | 'addEventListener'>;

export interface Wanted {
  /** The playhead, and when each frame is shown, in seconds from the video's start; null while that is not known. */
  time: number;
  frames: Float64Array | null;
  /** What the player's clock shows at time 0. */
  begins: number;
}

interface Ways {
  /** Where the playhead is. */
  wanted: () => Wanted;
  /** Sends the player there once more. */
  seekAgain: () => void;
  /** The picture that the player holds; null if it gives none. */
  take: (player: Player) => Shot | null;
  /** The very frame, read from the file; null if it cannot be. */
  read: (time: number) => Promise<Omit<Shot, 'time'> | null>;
  /** Puts a picture on screen, over the player; null takes it away. */
  paint: (shot: Omit<Shot, 'time'> | null) => void;
}

/** After this long without the wanted picture it is read from the file. */
const LATE_MS = 1500;
const TRIES = 2;
/** Without a list of frames: farther off than this is another moment. */
const FAR_SECONDS = 1;

/**
 * What is seen while a video stands: the frame at the playhead, and no other. A player may show another one (it missed a
 * seek, is slow, cannot decode what leans on an earlier keyframe, or its picture is not drawn anew). So its picture is taken
 * after each seek, held against the list of frames by its own time stamp, and drawn by the page. A wrong one is sought
 * again; if that does not help, or nothing comes, the frame is read from the file.
 */
export class Screen {
  readonly #ways: Ways;
  #player: Player | null = null;
  #tries = 0;
  #late: ReturnType<typeof setTimeout> | undefined;
  /** The frame on screen (or, without a list, the moment); null while the player's own picture is seen. */
  #shown: number | null = null;
  /** The wanted frame before, to see it change. */
  #last: number | null = null;
  #reading: number | null = null;

  constructor(ways: Ways) {
    this.#ways = ways;
  }

  readonly attach = (player: Player): (() => void) => {
    this.#player = player;
    this.#tries = 0;
    const stop = new AbortController();
    const { signal } = stop;
    for (const event of ['seeked', 'loadeddata', 'pause'] as const)
      player.addEventListener(event, this.look, { signal });
    player.addEventListener('playing', this.#uncover, { signal });
    this.look();
    return () => {
      stop.abort();
      clearTimeout(this.#late);
      this.#player = null;
      this.#uncover();
    };
  };

  /** The playhead or the list of frames has changed: a picture is due. */
  readonly expect = (): void => {
    const { paused = false } = this.#player ?? {};
    const key = keyOf(this.#ways.wanted());
    if (!paused || key === this.#last) return;
    this.#last = key;
    this.#tries = 0;
    clearTimeout(this.#late);
    if (key === this.#shown) return;
    this.#late = setTimeout(() => this.#readFile(), LATE_MS);
  };

  /** Takes the player's picture, if it stands, and shows it if it is the right one. */
  readonly look = (): void => {
    const player = this.#player;
    if (!player?.paused || player.readyState < 2) return;
    const shot = this.#ways.take(player);
    if (!shot) return;
    const wanted = this.#ways.wanted();
    const right = isOf(shot.time, wanted);
    // On the way to another picture any one is better than none: scrubbing shows what it passes.
    if (right || player.seeking || this.#shown === null) this.#ways.paint(shot);
    shot.close();
    if (right) this.#settle(keyOf(wanted));
    else if (player.seeking) this.#shown = -1;
    else if (this.#tries++ < TRIES) this.#ways.seekAgain();
    else this.#readFile();
  };

  #settle(key: number): void {
    this.#shown = key;
    this.#last = key;
    this.#tries = 0;
    clearTimeout(this.#late);
  }

  #readFile(): void {
    const wanted = this.#ways.wanted();
    const key = keyOf(wanted);
    if (key === this.#shown || key === this.#reading || !this.#player?.paused) return;
    this.#reading = key;
    void this.#ways.read(wanted.time).then((still) => {
      if (this.#reading === key) this.#reading = null;
      const now = keyOf(this.#ways.wanted());
      if (still && this.#player?.paused && now === key && this.#shown !== key) {
        this.#ways.paint(still);
        this.#settle(key);
      }
      still?.close();
    });
  }

  readonly #uncover = (): void => {
    clearTimeout(this.#late);
    this.#shown = null;
    this.#last = null;
    this.#ways.paint(null);
  };
}

/** What tells one wanted picture from another: the number of its frame, else the moment itself. */
const keyOf = ({ time, frames }: Wanted): number => (frames && frames.length > 0 ? frameBy(frames, time) : time);

/** Whether a picture with this time stamp is the wanted one: no other frame is nearer to the stamp. */
export function isOf(stamp: number, { time, frames, begins }: Wanted): boolean {
  const at = stamp - begins;
  if (!frames || frames.length === 0) return Math.abs(at - time) < FAR_SECONDS;
  const before = frameBy(frames, at);
  const after = Math.min(before + 1, frames.length - 1);
  return frameBy(frames, time) === (frames[after]! - at < at - frames[before]! ? after : before);
}

/** The frame on screen at a moment: the last of ascending times by then, or 0. */
export function frameBy(times: Float64Array, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! > time + 1e-6) high = middle;
    else low = middle + 1;
  }
  return Math.max(0, low - 1);
}
