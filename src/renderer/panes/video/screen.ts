// SPDX-License-Identifier: Apache-2.0
/** A picture and its time, in seconds on the player's own clock. */
export interface Shot {
  time: number;
  picture: CanvasImageSource;
  width: number;
  height: number;
  close: () => void;
}

/** The part of a video element that is used here. */
export type Player = Pick<HTMLVideoElement, 'seeking' | 'paused' | 'readyState' | 'addEventListener'>;

export interface Wanted {
  /** The playhead, and the time of each frame, in seconds from the video's start; null while unknown. */
  time: number;
  frames: Float64Array | null;
  /** The time of the player's clock at the start of the video, seconds. */
  begins: number;
}

interface Ways {
  /** Returns the frame at the playhead. */
  wanted: () => Wanted;
  /** Makes the player seek again. */
  seekAgain: () => void;
  /** The picture that the player shows; null if it has none. */
  take: (player: Player) => Shot | null;
  /** The exact frame, read from the file; null if that fails. */
  read: (time: number) => Promise<Omit<Shot, 'time'> | null>;
  /** Draws a picture over the player; null removes it. */
  paint: (shot: Omit<Shot, 'time'> | null) => void;
}

/** If the right picture has not come after this time, the frame is read from the file. Milliseconds. */
const LATE_MS = 1500;
const TRIES = 2;
/** Without a list of frames: a picture farther away than this is a wrong one. Seconds. */
const FAR_SECONDS = 1;

/**
 * Makes sure that a paused video shows exactly the frame at the playhead. A player may show another one: it missed a
 * seek, is slow, cannot decode a frame that depends on an earlier keyframe, or does not redraw. So its picture is taken
 * after each seek, checked by its time stamp against the list of frames, and drawn by the page. If it is wrong, the
 * player seeks again; if that does not help, or nothing comes, the frame is read from the file.
 */
export class Screen {
  readonly #ways: Ways;
  #player: Player | null = null;
  #tries = 0;
  #late: ReturnType<typeof setTimeout> | undefined;
  /** The frame on screen (without a list of frames, its time); null while the player itself is visible. */
  #shown: number | null = null;
  /** The previously wanted frame, to notice a change. */
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

  /** Called when the playhead or the list of frames has changed: a new picture is needed. */
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

  /** Takes the player's picture if it is paused, and shows it if it is the right one. */
  readonly look = (): void => {
    const player = this.#player;
    if (!player?.paused || player.readyState < 2) return;
    const shot = this.#ways.take(player);
    if (!shot) return;
    const wanted = this.#ways.wanted();
    const right = isOf(shot.time, wanted);
    // While seeking, any picture is better than none: scrubbing shows the frames that it passes.
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

/** Identifies a wanted picture: the number of its frame, or its time if the frames are unknown. */
const keyOf = ({ time, frames }: Wanted): number => (frames && frames.length > 0 ? frameBy(frames, time) : time);

/** Whether a picture with this time stamp is the wanted one: no other frame is nearer to the time stamp. */
export function isOf(stamp: number, { time, frames, begins }: Wanted): boolean {
  const at = stamp - begins;
  if (!frames || frames.length === 0) return Math.abs(at - time) < FAR_SECONDS;
  const before = frameBy(frames, at);
  const after = Math.min(before + 1, frames.length - 1);
  return frameBy(frames, time) === (frames[after]! - at < at - frames[before]! ? after : before);
}

/**
 * The index of the frame on screen at a moment: the last one with a time of at most that, or 0. Times are ascending.
 */
export function frameBy(times: Float64Array, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! > time + 1e-6) high = middle;
    else low = middle + 1;
  }
  return Math.max(0, low - 1);
}
