// SPDX-License-Identifier: Apache-2.0
import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../../ui';
import type { Playback } from './playback';
import { placeOf } from './timeline';
import { placeHead, usePlayhead } from './use-playback';
import { isWhole, spanOf } from './view';
import type { TimelineView } from './use-view';
import styles from './Minimap.module.css';

interface MinimapProps extends TimelineView {
  duration: number;
  playback: Playback;
  /** Id of the element that it scrolls. */
  controls: string;
}

const percent = (place: number): string => `${(place * 100).toFixed(3)}%`;

/** A scroll bar whose thumb is the visible part of the video. It keeps its space when everything is visible. */
export function Minimap({ duration, playback, view, pan, whole, controls }: MinimapProps) {
  const { t } = useTranslation();
  const head = useRef<HTMLSpanElement>(null);
  usePlayhead(playback, (time) => placeHead(head.current, placeOf(time, duration)));
  if (isWhole(view, duration)) return <div className={styles.bar} aria-hidden />;
  const span = spanOf(view);

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    const box = event.currentTarget.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * duration;
    if (at < view.start || at > view.end) pan(at - (view.start + view.end) / 2);
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    pan((event.movementX / event.currentTarget.getBoundingClientRect().width) * duration);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -0.1, ArrowRight: 0.1, PageUp: -0.9, PageDown: 0.9, Home: -Infinity, End: Infinity }[
      event.key
    ];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    pan(Number.isFinite(by) ? by * span : Math.sign(by) * duration);
  };

  return (
    <div
      className={styles.bar}
      role="scrollbar"
      tabIndex={0}
      aria-label={t('video.shownSection')}
      aria-controls={controls}
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={Number((duration - span).toFixed(3))}
      aria-valuenow={Number(view.start.toFixed(3))}
      aria-valuetext={t('video.range', { from: formatTime(view.start), to: formatTime(view.end) })}
      data-testid="timeline-minimap"
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onDoubleClick={whole}
      onKeyDown={onKeyDown}
    >
      <span
        className={styles.thumb}
        style={{ left: percent(view.start / duration), width: percent(span / duration) }}
      />
      <span ref={head} className={styles.head} />
    </div>
  );
}
