// SPDX-License-Identifier: Apache-2.0
import { frameBy, type Wanted } from './screen';
import { clamp } from './timeline';

export interface PlaybackState {
  time: number;
  playing: boolean;
  /** 1 is the usual speed, negative runs backwards, 0 stands. */
  rate: number;
  /** How fast playing is, 1 being the usual speed. */
  speed: number;
  /** 0 to 1. */
  volume: number;
  muted: boolean;
}

export const SPEEDS = [0.25, 0.5, 1, 1.5, 2, 4] as const;

const FASTEST = 8;
const BACKWARDS_TICK_MS = 66;
const USUAL_FPS = 25;
/** The element's clock counts microseconds, and gives back a little less than it was given: this much at most, in seconds. */
const ROUNDING = 1e-4;

/**
 * The playhead. Where the page can play the file it is the video element's; where it cannot, it is only a place on
 * the line, so that scrubbing and sampling work all the same.
 */
export class Playback {
  #state: PlaybackState = { time: 0, playing: false, rate: 0, speed: 1, volume: 1, muted: false };
  /** When each frame is shown; null until that is known. */
  #frames: Float64Array | null = null;
  #element: HTMLVideoElement | null = null;
  #duration = 0;
  #fps = USUAL_FPS;
  /** What the element's clock shows at time 0. */
  #begins = 0;
  /** The playhead has moved on while the element was still seeking. */
  #behind = false;
  #backwards: ReturnType<typeof setInterval> | undefined;
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly state = (): PlaybackState => this.#state;

  /** Takes the video element, as a ref; the clean-up it returns lets go of it. */
  readonly attach = (element: HTMLVideoElement | null): (() => void) | undefined => {
    if (!element) return undefined;
    this.#element = element;
    const { volume, muted } = this.#state;
    Object.assign(element, { volume, muted });
    const stop = new AbortController();
    const { signal } = stop;
    let frame = 0;
    this.#behind = false;
    const read = () => !this.#behind && this.#change({ time: Math.max(0, element.currentTime - this.#begins) });
    const follow = () => {
      read();
      frame = requestAnimationFrame(follow);
    };
    element.addEventListener('play', () => (this.#change({ playing: true }), follow()), { signal });
    const sought = () => {
      if (this.#behind) {
        this.#behind = false;
        this.place();
      } else if (this.#state.rate >= 0 && Math.abs(element.currentTime - this.#begins - this.#state.time) > ROUNDING)
        read();
    };
    element.addEventListener('seeked', sought, { signal });
    element.addEventListener(
      'pause',
      () => {
        cancelAnimationFrame(frame);
        this.#change({ playing: this.#state.rate < 0, rate: Math.min(0, this.#state.rate) });
      },
      { signal },
    );
    return () => {
      cancelAnimationFrame(frame);
      stop.abort();
      this.#run(0);
      this.#element = null;
    };
  };

  setClock(duration: number, fps: number | undefined, begins: number): void {
    this.#duration = duration;
    if (begins !== this.#begins) {
      this.#begins = begins;
      this.place();
    }
    this.#fps = fps && fps > 0 ? fps : USUAL_FPS;
  }

  /**
   * Puts the element where the playhead is. One picture is sought after another: a seek that the next one cuts short
   * shows nothing, and with keyframes far apart nothing would be seen while scrubbing.
   */
  readonly place = (): void => {
    if (this.#element?.seeking) this.#behind = true;
    else if (this.#element) this.#element.currentTime = this.#begins + this.#state.time;
  };

  setFrames(times: Float64Array | null): void {
    this.#frames = times;
  }

  /** The picture that has to be on screen. */
  readonly wanted = (): Wanted => ({ time: this.#state.time, frames: this.#frames, begins: this.#begins });

  /** The speed at which playing goes on, or begins. */
  readonly setSpeed = (speed: number): void => {
    this.#change({ speed });
    if (this.#state.rate > 0) this.#run(speed);
  };
  /** The next faster (1) or slower (-1) speed. */
  readonly changeSpeed = (by: 1 | -1): void => {
    const at = SPEEDS.findIndex((speed) => speed >= this.#state.speed);
    this.setSpeed(SPEEDS[clamp(at + by, 0, SPEEDS.length - 1)]!);
  };
  readonly setVolume = (volume: number, muted = volume === 0): void => {
    this.#change({ volume: clamp(volume, 0, 1), muted });
    if (this.#element) Object.assign(this.#element, { volume: this.#state.volume, muted });
  };
  readonly toggleMute = (): void => this.setVolume(this.#state.volume || 1, !this.#state.muted);

  readonly seek = (to: number): void => {
    const time = clamp(to, 0, this.#duration || Math.max(0, to));
    this.#change({ time });
    this.place();
  };

  readonly pause = (): void => this.#run(0);
  readonly togglePlay = (): void => this.#run(this.#state.playing ? 0 : this.#state.speed);
  readonly shuttle = (direction: 1 | -1): void => {
    const { rate } = this.#state;
    this.#run(Math.sign(rate) === direction ? clamp(rate * 2, -FASTEST, FASTEST) : direction);
  };

  /** To the n-th frame from here: by the video's own frames once they are known, else by its average rate. */
  readonly stepFrames = (n: number): void => {
    this.pause();
    const frames = this.#frames;
    if (frames && frames.length > 0) {
      const to = clamp(frameBy(frames, this.#state.time) + n, 0, frames.length - 1);
      const next = frames[to + 1] ?? Math.max(this.#duration, frames[to]!);
      // A third of a frame in, so that a rounded time does not fall back to the frame before.
      this.seek(frames[to]! + (next - frames[to]!) / 3);
      return;
    }
    const frame = Math.floor(this.#state.time * this.#fps + 1e-3) + n;
    this.seek((Math.max(0, frame) + 1 / 3) / this.#fps);
  };

  #run(rate: number): void {
    clearInterval(this.#backwards);
    const element = this.#element;
    if (!element) return;
    this.#change({ rate, playing: rate !== 0 });
    if (rate <= 0) element.pause();
    if (rate < 0) this.#backwards = setInterval(() => this.#stepBack(rate), BACKWARDS_TICK_MS);
    if (rate > 0) {
      element.playbackRate = rate;
      if (element.ended) element.currentTime = this.#begins;
      element.play().catch(() => this.#change({ rate: 0, playing: false }));
    }
  }

  #stepBack(rate: number): void {
    this.seek(this.#state.time + (rate * BACKWARDS_TICK_MS) / 1000);
    if (this.#state.time <= 0) this.#run(0);
  }

  #change(change: Partial<PlaybackState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
