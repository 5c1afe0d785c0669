import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Comparison, Source } from '../../../contract';
import { openVideo, useStore } from '../../state';
import { ErrorCard } from '../../ui';
import type { PlaybackState } from '../playback';
import { PreviewLabel } from '../PreviewLabel';
import { StillScreen } from '../StillScreen';
import { clamp } from '../timeline';
import { usePreview } from '../use-preview';
import styles from './SecondTake.module.css';

/** Seconds two players may drift apart while they run; a jump is seen, less is not. */
const MOST_DRIFT = 0.08;

interface SecondTakeProps {
  source: Source;
  compare: Comparison;
  /** Of the first take, which this one follows. */
  state: PlaybackState;
}

/** The video beside, always at its matched moment. It has no sound and no controls of its own. */
export function SecondTake({ source, compare, state }: SecondTakeProps) {
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

  useEffect(() => openVideo(source.id), [source.id]);
  useEffect(() => {
    const video = element.current;
    if (!video || video.readyState === 0) return;
    if (running) {
      video.playbackRate = rate;
      if (video.paused) void video.play().catch(() => undefined); // it follows again with the next picture
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
          ref={element}
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
      {preview.url !== null && !facts?.error && <PreviewLabel way={preview.way} />}
      <span className={styles.name}>
        <b>B</b> {source.name}
      </span>
    </div>
  );
}
