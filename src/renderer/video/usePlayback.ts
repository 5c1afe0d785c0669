import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';
import { clamp } from './timeline';

export interface Playback {
  time: number;
  playing: boolean;
  rate: number;
  seek: (time: number) => void;
  togglePlay: () => void;
  pause: () => void;
  shuttle: (direction: 1 | -1) => void;
  stepFrames: (n: number) => void;
}

const FASTEST = 8;
const BACKWARDS_TICK_MS = 66;

/**
 * The playhead. Where the page can play the file it is the video element's; where it cannot, it is only a place on
 * the line, so that scrubbing and sampling work all the same.
 */
export function usePlayback(
  video: RefObject<HTMLVideoElement | null>,
  playable: boolean,
  duration: number,
  fps: number,
): Playback {
  const [time, setTime] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [rate, setRate] = useState(0);
  const at = useRef(0);

  const seek = useCallback(
    (to: number) => {
      const next = clamp(to, 0, duration || to);
      at.current = next;
      setTime(next);
      if (playable && video.current) video.current.currentTime = next;
    },
    [duration, playable, video],
  );

  const pause = useCallback(() => {
    setRate(0);
    video.current?.pause();
  }, [video]);

  const play = useCallback(
    (speed: number) => {
      const element = video.current;
      if (!element || !playable) return;
      setRate(speed);
      if (speed < 0) {
        element.pause();
        return;
      }
      element.playbackRate = speed;
      if (duration && element.currentTime >= duration - 0.05) element.currentTime = 0;
      void element.play().catch(() => setRate(0));
    },
    [duration, playable, video],
  );

  const togglePlay = useCallback(() => (playing || rate !== 0 ? pause() : play(1)), [pause, play, playing, rate]);

  const shuttle = useCallback(
    (direction: 1 | -1) => {
      const faster = Math.sign(rate) === direction ? clamp(rate * 2, -FASTEST, FASTEST) : direction;
      play(faster);
    },
    [play, rate],
  );

  const stepFrames = useCallback(
    (n: number) => {
      pause();
      // A third of a frame in, so that a rounded time does not fall back to the frame before.
      const frame = Math.floor(at.current * fps + 1e-3) + n;
      seek(Math.max(0, (frame + 1 / 3) / fps));
    },
    [fps, pause, seek],
  );

  useEffect(() => {
    if (rate >= 0) return;
    const timer = setInterval(() => {
      seek(at.current + (rate * BACKWARDS_TICK_MS) / 1000);
      if (at.current <= 0) setRate(0);
    }, BACKWARDS_TICK_MS);
    return () => clearInterval(timer);
  }, [rate, seek]);

  useEffect(() => {
    const element = video.current;
    if (!element) return;
    const stop = new AbortController();
    const { signal } = stop;
    let raf = 0;
    const read = () => {
      at.current = element.currentTime;
      setTime(element.currentTime);
    };
    const follow = () => {
      read();
      raf = requestAnimationFrame(follow);
    };
    element.addEventListener('play', () => (setPlaying(true), (raf = requestAnimationFrame(follow))), { signal });
    element.addEventListener(
      'pause',
      () => {
        cancelAnimationFrame(raf);
        setPlaying(false);
        setRate((now) => Math.min(0, now));
      },
      { signal },
    );
    element.addEventListener('seeked', read, { signal });
    return () => {
      cancelAnimationFrame(raf);
      stop.abort();
    };
  }, [video, playable]);

  return { time, playing: playing || rate < 0, rate, seek, togglePlay, pause, shuttle, stepFrames };
}
