import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sourceUrl, type Source } from '../../contract';
import { markRange, openVideo, sample, useStore } from '../state';
import { ErrorCard, Meter } from '../ui';
import { registerPlayer } from './player';
import { SampleControls } from './SampleControls';
import { StillScreen } from './StillScreen';
import { Timeline } from './Timeline';
import { Transport } from './Transport';
import { usePlayback } from './usePlayback';
import styles from './VideoPane.module.css';

const USUAL_FPS = 25;

export function VideoPane({ source }: { source: Source }) {
  const { t } = useTranslation();
  const facts = useStore((s) => s.videos[source.id]);
  const element = useRef<HTMLVideoElement>(null);
  const [playable, setPlayable] = useState(true);
  const [shownDuration, setShownDuration] = useState(0);
  const info = facts?.info ?? null;
  const duration = info?.duration ?? shownDuration;
  const playback = usePlayback(element, playable, duration, info?.fps ?? USUAL_FPS);
  const { time, togglePlay, shuttle, pause, stepFrames } = playback;

  useEffect(() => openVideo(source.id), [source.id]);

  const takeFrame = useCallback(
    () => void sample(source.id, { strategy: 'at', times: [time] }, 'append'),
    [source.id, time],
  );
  useEffect(
    () =>
      registerPlayer({
        source: source.id,
        togglePlay,
        shuttle,
        pause,
        stepFrames,
        takeFrame,
        mark: (edge) => markRange(source.id, edge === 'in' ? { markIn: time } : { markOut: time }),
      }),
    [source.id, time, togglePlay, shuttle, pause, stepFrames, takeFrame],
  );

  return (
    <section className={styles.pane} aria-label={source.name} data-testid="video-pane">
      <div className={styles.well}>
        {facts?.error ? (
          <div className={styles.error}>
            <ErrorCard error={facts.error} />
          </div>
        ) : playable ? (
          <video
            ref={element}
            src={sourceUrl(source.id)}
            className={styles.video}
            preload="auto"
            playsInline
            onClick={togglePlay}
            onLoadedMetadata={(event) => {
              const { duration: known, videoWidth } = event.currentTarget;
              if (videoWidth === 0) setPlayable(false); // sound only: the codec of its pictures is not known here
              else if (Number.isFinite(known)) setShownDuration(known);
            }}
            onError={() => setPlayable(false)}
          />
        ) : (
          <StillScreen source={source} time={time} />
        )}
      </div>
      {facts?.notes && facts.notes.length > 0 && (
        <ul className={styles.notes}>
          {facts.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <div className={styles.desk}>
        <Timeline source={source.id} duration={duration} time={time} onSeek={playback.seek} />
        <div className={styles.row}>
          <Transport playback={playback} playable={playable && !facts?.error} onTakeFrame={takeFrame} duration={duration} />
          <span className={styles.facts}>
            {info && `${info.width} × ${info.height} · ${Number(info.fps.toFixed(2))} fps · ${info.codec}`}
            {!info && facts?.opening && t('video.reading')}
          </span>
          <SampleControls source={source} disabled={info === null} />
        </div>
        {!info && facts?.opening && (
          <Meter label={t('video.reading')} done={facts.opening.done} total={facts.opening.total} />
        )}
      </div>
    </section>
  );
}
