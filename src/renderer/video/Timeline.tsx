import { useEffect, useRef, useState, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { hoverItem, selectItems, THUMBNAILS, useStore } from '../state';
import { cx, formatTime } from '../ui';
import { clamp, marksOf, placeOf, rulerTimes } from './timeline';
import { Strip } from './Strip';
import styles from './Timeline.module.css';

interface TimelineProps {
  source: string;
  duration: number;
  time: number;
  onSeek: (time: number) => void;
}

const percent = (place: number): string => `${(place * 100).toFixed(3)}%`;

/** Thumbnails, a ruler, the playhead and a mark for every frame that is in the tray. */
export function Timeline({ source, duration, time, onSeek }: TimelineProps) {
  const { t } = useTranslation();
  const tray = useStore((s) => s.project.tray);
  const hovered = useStore((s) => s.hovered);
  const selected = useStore((s) => s.selected);
  const facts = useStore((s) => s.videos[source]);
  const { ref, width } = useWidth();
  const marks = marksOf(tray, source);
  const { markIn = null, markOut = null } = facts ?? {};

  const timeAt = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    return clamp((event.clientX - box.left) / box.width, 0, 1) * duration;
  };

  return (
    <div className={styles.timeline} data-testid="timeline" ref={ref}>
      <div
        className={styles.track}
        role="slider"
        tabIndex={0}
        aria-label={t('video.position')}
        aria-valuemin={0}
        aria-valuemax={Math.max(duration, 0)}
        aria-valuenow={Number(time.toFixed(3))}
        aria-valuetext={t('video.positionOf', { time: formatTime(time), duration: formatTime(duration) })}
        onKeyDown={(event) => {
          const step = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10 }[event.key];
          const to = event.key === 'Home' ? 0 : event.key === 'End' ? duration : step ? time + step : null;
          if (to === null) return;
          event.preventDefault();
          onSeek(to);
        }}
        onPointerDown={(event) => {
          if (event.button !== 0 || duration <= 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          onSeek(timeAt(event));
        }}
        onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && onSeek(timeAt(event))}
      >
        <Strip thumbnails={facts?.thumbnails ?? []} places={THUMBNAILS} duration={duration} width={width} />
        {(markIn !== null || markOut !== null) && (
          <>
            <span className={styles.outside} style={{ left: 0, width: percent(placeOf(markIn ?? 0, duration)) }} />
            <span className={styles.outside} style={{ right: 0, left: percent(placeOf(markOut ?? duration, duration)) }} />
          </>
        )}
        <span className={styles.head} style={{ left: percent(placeOf(time, duration)) }} />
      </div>
      <div className={styles.marks}>
        {marks.map((mark) => (
          <button
            key={mark.id}
            type="button"
            tabIndex={-1}
            className={cx(styles.mark, hovered === mark.id && styles.lit, selected.has(mark.id) && styles.chosen)}
            style={{ left: percent(placeOf(mark.time, duration)) }}
            aria-label={t('video.mark', { number: mark.number, time: formatTime(mark.time) })}
            data-testid="timeline-mark"
            data-lit={hovered === mark.id || undefined}
            onPointerEnter={() => hoverItem(mark.id)}
            onPointerLeave={() => hoverItem(null)}
            onClick={() => {
              onSeek(mark.time);
              selectItems([mark.id]);
            }}
          >
            {hovered === mark.id && (
              <span className={styles.label}>
                <b>{mark.number}</b> {formatTime(mark.time)}
              </span>
            )}
          </button>
        ))}
      </div>
      <div className={styles.ruler} aria-hidden>
        {rulerTimes(duration, width).map((at) => (
          <span key={at} className={styles.tick} style={{ left: percent(placeOf(at, duration)) }}>
            {formatTime(at, at % 1 !== 0)}
          </span>
        ))}
      </div>
    </div>
  );
}

function useWidth() {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!ref.current) return;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(entry.contentRect.width));
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return { ref, width };
}
