// SPDX-License-Identifier: Apache-2.0
import { useEffect, useId, useRef, useState, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { drawRange, outside, rangesOf, THUMBNAILS, useNumbers, useStore, type Thumb } from '../../state';
import { cx, formatTime } from '../../ui';
import { Marks } from './Marks';
import { Minimap } from './Minimap';
import { Ranges } from './Ranges';
import { clamp, marksOf, rulerTimes } from './timeline';
import type { Playback } from './playback';
import { Strip } from './Strip';
import { useDetail } from './use-detail';
import { placeHead, usePlayhead } from './use-playback';
import type { TimelineView } from './use-view';
import { useWheel } from './use-wheel';
import { placeIn, timeIn, ZOOM_STEP } from './view';
import { Waveform } from './Waveform';
import styles from './Timeline.module.css';

interface TimelineProps {
  source: string;
  duration: number;
  fps: number;
  playback: Playback;
  part: TimelineView;
  onSeek: (time: number) => void;
  /** Adds the frame at a moment to the tray. */
  onAdd: (time: number) => void;
  onEditRange: (range: string) => void;
}

const NONE: readonly number[] = [];
/** Width of a time on the ruler, pixels. If there is less room after its line, it stands before it. */
const TICK_WORDS = 52;
const NO_THUMBS: readonly Thumb[] = [];
const percent = (place: number): string => `${(place * 100).toFixed(3)}%`;

/** The visible part of the video: thumbnails, sound, a ruler, the playhead and a mark for each frame in the tray. */
export function Timeline({ source, duration, fps, playback, part, onSeek, onAdd, onEditRange }: TimelineProps) {
  const { t } = useTranslation();
  const id = useId();
  const tray = useStore((s) => s.project.tray);
  const numbers = useNumbers();
  const thumbnails = useStore((s) => s.videos[source]?.thumbnails ?? NO_THUMBS);
  const hasAudio = useStore((s) => s.videos[source]?.info?.hasAudio ?? false);
  const sound = useStore((s) => s.videos[source]?.waveform ?? null);
  const proposal = useStore((s) => s.proposal);
  const { ref, width } = useWidth();
  const { view, zoom, whole } = part;
  const ranges = useStore(() => rangesOf(source));
  /** A range being drawn with Shift. */
  const [drawn, setDrawn] = useState<{ from: number; start: number; end: number } | null>(null);
  const detail = useDetail(source, view, duration);
  const shown = (at: number): string => percent(clamp(placeIn(view, at), 0, 1));
  const track = useRef<HTMLDivElement>(null);
  const head = useRef<HTMLSpanElement>(null);
  useWheel(ref, part);
  usePlayhead(playback, (time) => {
    placeHead(head.current, placeIn(view, time));
    track.current?.setAttribute('aria-valuenow', String(Number(time.toFixed(3))));
    track.current?.setAttribute(
      'aria-valuetext',
      t('video.positionOf', { time: formatTime(time), duration: formatTime(duration) }),
    );
  });

  const timeAt = (event: { clientX: number; currentTarget: Element }) => {
    const box = event.currentTarget.getBoundingClientRect();
    return clamp(timeIn(view, (event.clientX - box.left) / box.width), 0, duration);
  };
  const zoomKeys: Record<string, () => void> = {
    '+': () => zoom(ZOOM_STEP, playback.state().time),
    '=': () => zoom(ZOOM_STEP, playback.state().time),
    '-': () => zoom(1 / ZOOM_STEP, playback.state().time),
    '0': whole,
  };

  return (
    <div
      className={styles.timeline}
      data-testid="timeline"
      ref={ref}
      onKeyDown={(event) => {
        const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : zoomKeys[event.key];
        if (!act) return;
        event.preventDefault();
        act();
        // The scroll bar disappears when everything is visible; if it had the focus, the line gets it.
        const line = event.currentTarget;
        requestAnimationFrame(
          () => document.activeElement === document.body && line.querySelector<HTMLElement>('[data-track]')?.focus(),
        );
      }}
    >
      <Ranges source={source} view={view} duration={duration} fps={fps} onSeek={onSeek} onEdit={onEditRange} />
      <div
        id={id}
        ref={track}
        className={styles.track}
        data-track
        role="slider"
        tabIndex={0}
        aria-label={t('video.position')}
        aria-description={t('video.positionHow')}
        aria-valuemin={0}
        aria-valuemax={Math.max(duration, 0)}
        onKeyDown={(event) => {
          const { time } = playback.state();
          const step = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10 }[event.key];
          const to = event.key === 'Home' ? 0 : event.key === 'End' ? duration : step ? time + step : null;
          if (to !== null) onSeek(to);
          else if (event.key === 'Enter') onAdd(time);
          else return;
          event.preventDefault();
        }}
        onPointerDown={(event) => {
          if (event.button !== 0 || duration <= 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          const at = timeAt(event);
          if (event.shiftKey) setDrawn({ from: at, start: at, end: at });
          onSeek(at);
        }}
        onPointerMove={(event: PointerEvent<HTMLElement>) => {
          if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
          const at = timeAt(event);
          if (drawn) setDrawn({ from: drawn.from, start: Math.min(drawn.from, at), end: Math.max(drawn.from, at) });
          onSeek(at);
        }}
        onPointerUp={() => {
          if (drawn && drawn.end > drawn.start)
            drawRange(source, drawn.from, drawn.from === drawn.start ? drawn.end : drawn.start);
          setDrawn(null);
        }}
        onPointerCancel={() => setDrawn(null)}
        onDoubleClick={(event) => onAdd(timeAt(event))}
      >
        <Strip
          thumbnails={thumbnails}
          detail={detail}
          places={THUMBNAILS}
          duration={duration}
          view={view}
          width={width}
        />
        {outside(drawn ? [{ ...drawn, chosen: true }] : ranges, duration).map(({ start, end }) => (
          <span
            key={start}
            className={styles.outside}
            style={{ left: shown(start), right: percent(1 - clamp(placeIn(view, end), 0, 1)) }}
          />
        ))}
        <span ref={head} className={styles.head} />
      </div>
      <Marks
        source={source}
        marks={marksOf(tray, numbers, source)}
        proposed={proposal?.source === source ? proposal.times : NONE}
        view={view}
        duration={duration}
        fps={fps}
        onSeek={onSeek}
      />
      {hasAudio && <Waveform sound={sound} view={view} width={width} />}
      <div className={styles.ruler} aria-hidden>
        {rulerTimes(duration, width, view).map((at) => (
          <span
            key={at}
            className={cx(styles.tick, (1 - placeIn(view, at)) * width < TICK_WORDS && styles.last)}
            style={{ left: percent(placeIn(view, at)) }}
          >
            {formatTime(at, at % 1 !== 0)}
          </span>
        ))}
      </div>
      <Minimap {...part} duration={duration} playback={playback} controls={id} />
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
