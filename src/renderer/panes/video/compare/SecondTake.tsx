// SPDX-License-Identifier: Apache-2.0
import { useCallback, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Comparison, Source } from '../../../../contract';
import { openVideo, useStore } from '../../../state';
import { ErrorCard } from '../../../ui';
import type { Playback } from '../playback';
import { PreviewLabel } from '../PreviewLabel';
import { StillScreen } from '../StillScreen';
import type { Wanted } from '../screen';
import { clamp } from '../timeline';
import { useFrameTimes } from '../use-frame-times';
import { usePreview } from '../use-preview';
import { usePlayback } from '../use-playback';
import { useScreen } from '../use-screen';
import styles from './SecondTake.module.css';

/** How far the two players may drift apart while playing, seconds: a correction is visible, a smaller drift is not. */
const MOST_DRIFT = 0.08;

interface SecondTakeProps {
  source: Source;
  compare: Comparison;
  /** The playback of the first take, which this one follows. */
  playback: Playback;
}

/** The second video, always at the matching moment. It has no sound and no controls of its own. */
export function SecondTake({ source, compare, playback }: SecondTakeProps) {
  const state = usePlayback(playback, (now) => now);
  const { t } = useTranslation();
  const element = useRef<HTMLVideoElement>(null);
  const facts = useStore((s) => s.videos[source.id]);
  const info = facts?.info ?? null;
  const preview = usePreview(source.id, info !== null);
  const begins = preview.way === 'original' ? Math.max(0, info?.startTime ?? 0) : 0;
  const wished = state.time + compare.offset;
  const time = clamp(wished, 0, info?.duration ?? Math.max(0, wished));
  const { playing, rate } = state;
  const running = playing && rate > 0 && time === wished;

  const wanted = useRef<Wanted>({ time, frames: null, begins });
  const place = useCallback(() => {
    const { time: at, begins: from } = wanted.current;
    if (element.current) element.current.currentTime = from + at;
  }, []);
  const { screen, canvas } = useScreen(source.id, () => wanted.current, place);
  useEffect(() => {
    Object.assign(wanted.current, { time, begins });
    screen.expect();
  }, [screen, time, begins]);
  const takeTimes = useCallback(
    (frames: Float64Array | null) => ((wanted.current.frames = frames), screen.look()),
    [screen],
  );
  useFrameTimes(source.id, info !== null, takeTimes);
  const player = useCallback(
    (video: HTMLVideoElement | null) => {
      element.current = video;
      const uncover = video && screen.attach(video);
      return () => {
        uncover?.();
        element.current = null;
      };
    },
    [screen],
  );

  useEffect(() => openVideo(source.id), [source.id]);
  useEffect(() => {
    const video = element.current;
    if (!video || video.readyState === 0) return;
    if (running) {
      video.playbackRate = rate;
      if (video.paused) void video.play().catch(() => undefined); // it follows again at the next frame
      if (Math.abs(video.currentTime - begins - time) > MOST_DRIFT * rate) video.currentTime = begins + time;
    } else {
      if (!video.paused) video.pause();
      if (Math.abs(video.currentTime - begins - time) > 1e-4) video.currentTime = begins + time;
    }
  });

  return (
    <div className={styles.take} role="group" aria-label={t('compare.second', { name: source.name })}>
      {facts?.error ? (
        <ErrorCard error={facts.error} />
      ) : preview.url !== null ? (
        <video
          key={preview.url}
          ref={player}
          src={preview.url}
          className={styles.video}
          data-testid="second-take"
          preload="auto"
          muted
          playsInline
          onLoadedMetadata={(event) => {
            if (event.currentTarget.videoWidth === 0) preview.fail();
            event.currentTarget.currentTime = begins + time;
          }}
          onError={preview.fail}
        />
      ) : (
        <StillScreen source={source} time={time} preview={preview} />
      )}
      {preview.url !== null && !facts?.error && <canvas ref={canvas} className={styles.screen} hidden aria-hidden />}
      {preview.url !== null && !facts?.error && <PreviewLabel way={preview.way} />}
      <span className={styles.name}>
        <b>B</b> {source.name}
      </span>
    </div>
  );
}
