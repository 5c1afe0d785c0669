// SPDX-License-Identifier: Apache-2.0
import { frameBy, type Wanted } from './screen';
import { clamp } from './timeline';

export interface PlaybackState {
  time: number;
  playing: boolean;
  /** 1 is normal speed, negative plays backwards, 0 is paused. */
  rate: number;
  /** The speed of playing, where 1 is normal. */
  speed: number;
  /** 0 to 1. */
  volume: number;
  muted: boolean;
}

export const SPEEDS = [0.25, 0.5, 1, 1.5, 2, 4] as const;

const FASTEST = 8;
const BACKWARDS_TICK_MS = 66;
const USUAL_FPS = 25;
/** The element's clock counts microseconds and may return slightly less than was set: at most this much, in seconds. */
const ROUNDING = 1e-4;

/**
 * The playhead. If Chromium can play the file, it follows the video element; if not, it is only a position on the
 * timeline, so that scrubbing and sampling still work.
 */
export class Playback {
  #state: PlaybackState = { time: 0, playing: false, rate: 0, speed: 1, volume: 1, muted: false };
  /** The time of each frame, seconds; null until known. */
  #frames: Float64Array | null = null;
  #element: HTMLVideoElement | null = null;
  #duration = 0;
  #fps = USUAL_FPS;
  /** The time of the element's clock at the start of the video, seconds. */
  #begins = 0;
  /** Whether the playhead has moved on while the element was still seeking. */
  #behind = false;
  #backwards: ReturnType<typeof setInterval> | undefined;
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly state = (): PlaybackState => this.#state;

  /** A ref callback for the video element. The function it returns detaches the element. */
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
   * Moves the element to the playhead. Seeks run one after another: a seek that is interrupted by the next one shows no
   * picture, so with keyframes far apart nothing would be visible while scrubbing.
   */
  readonly place = (): void => {
    if (this.#element?.seeking) this.#behind = true;
    else if (this.#element) this.#element.currentTime = this.#begins + this.#state.time;
  };

  setFrames(times: Float64Array | null): void {
    this.#frames = times;
  }

  /** The frame that must be on screen. */
  readonly wanted = (): Wanted => ({ time: this.#state.time, frames: this.#frames, begins: this.#begins });

  /** Sets the speed for playing. */
  readonly setSpeed = (speed: number): void => {
    this.#change({ speed });
    if (this.#state.rate > 0) this.#run(speed);
  };
  /** Changes to the next faster (1) or slower (-1) speed. */
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

  /** Moves by n frames: by the real frame times once they are known, else by the average rate. */
  readonly stepFrames = (n: number): void => {
    this.pause();
    const frames = this.#frames;
    if (frames && frames.length > 0) {
      const to = clamp(frameBy(frames, this.#state.time) + n, 0, frames.length - 1);
      const next = frames[to + 1] ?? Math.max(this.#duration, frames[to]!);
      // A third into the frame, so that a rounded time does not fall back to the previous frame.
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
