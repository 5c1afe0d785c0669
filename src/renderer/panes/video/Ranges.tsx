// SPDX-License-Identifier: Apache-2.0
import { useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { VideoRange } from '../../../contract';
import { chooseRange, edgeAt, moveEdge, pointAtRange, removeRange, rangesOf, useStore } from '../../state';
import { cx, formatTime } from '../../ui';
import { edgeShows, rangeShows, stopName, tabStop, type Edge } from './range-stops';
import { clamp } from './timeline';
import { placeIn, timeIn, type View } from './view';
import styles from './Ranges.module.css';

interface RangesProps {
  source: string;
  view: View;
  duration: number;
  fps: number;
  onSeek: (time: number) => void;
  /** Opens the list of ranges at this range. */
  onEdit: (range: string) => void;
}

interface Moving {
  id: string;
  edge: Edge;
  time: number;
}

const percent = (place: number): string => `${(place * 100).toFixed(3)}%`;

/**
 * The ranges of a video as bars over its strip. Their ends can be dragged or moved with the arrow keys. Space chooses a
 * range for sampling, Enter names it, Delete removes it. There is one Tab stop; up and down move along the lane.
 */
export function Ranges({ source, view, duration, fps, onSeek, onEdit }: RangesProps) {
  const { t } = useTranslation();
  const ranges = useStore(() => rangesOf(source));
  const current = useStore((s) => s.videos[source]?.range ?? null);
  const [moving, setMoving] = useState<Moving | null>(null);
  const [pressed, setPressed] = useState(false);
  const [stop, setStop] = useState<string | null>(null);
  if (ranges.length === 0) return null;

  const timeOf = ({ id, ...range }: VideoRange, edge: Edge) =>
    moving?.id === id && moving.edge === edge ? moving.time : range[edge];
  const shown = ranges
    .map((range, k) => ({ ...range, number: k + 1, start: timeOf(range, 'start'), end: timeOf(range, 'end') }))
    .filter((range) => range.id === moving?.id || rangeShows(range, view));
  const reached = tabStop(shown, view, [stop, current]);
  const tab = (name: string) => ({
    tabIndex: name === reached ? 0 : -1,
    'data-stop': name,
    onFocus: () => setStop(name),
  });

  const settle = () => {
    if (moving) moveEdge(source, moving.id, moving.edge, moving.time);
    setMoving(null);
  };
  const move = (id: string, edge: Edge, to: number) => {
    const time = edgeAt(source, id, edge, clamp(to, 0, duration));
    setMoving({ id, edge, time });
    onSeek(time);
  };
  const remove = (event: KeyboardEvent<HTMLElement>, id: string) => {
    const timeline = event.currentTarget.closest('[data-testid=timeline]');
    const at = shown.findIndex((range) => range.id === id);
    const next = shown[at + 1] ?? shown[at - 1];
    // Moves the focus to the next range in view, the previous one, or the line itself.
    timeline?.querySelector<HTMLElement>(next ? `[data-stop="${next.id}"]` : '[data-track]')?.focus();
    removeRange(source, id);
  };
  const along = (event: KeyboardEvent<HTMLElement>): boolean => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (by === undefined) return false;
    const all = [...(event.currentTarget.closest('[role=group]')?.querySelectorAll<HTMLElement>('[data-stop]') ?? [])];
    all[all.indexOf(event.currentTarget) + by]?.focus();
    return true;
  };
  const taken = (event: KeyboardEvent): void => {
    event.preventDefault();
    event.stopPropagation();
  };

  const onBarKey = (event: KeyboardEvent<HTMLElement>, range: VideoRange) => {
    if (event.key === ' ') chooseRange(source, range.id, !range.chosen);
    else if (event.key === 'Enter' || event.key === 'F2') onEdit(range.id);
    else if (event.key === 'Delete' || event.key === 'Backspace') remove(event, range.id);
    else if (!along(event)) return;
    taken(event);
  };
  const onEdgeKey = (event: KeyboardEvent<HTMLElement>, range: VideoRange, edge: Edge) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step !== undefined) move(range.id, edge, timeOf(range, edge) + (step * (event.shiftKey ? 10 : 1)) / fps);
    else if (event.key === 'Escape' && moving) setMoving(null);
    else if (event.key === 'Delete' || event.key === 'Backspace') remove(event, range.id);
    else if (!along(event)) return;
    taken(event);
  };
  const onDrag = (event: PointerEvent<HTMLElement>, id: string, edge: Edge) => {
    const line = event.currentTarget.closest('[role=group]')?.getBoundingClientRect();
    if (line && event.currentTarget.hasPointerCapture(event.pointerId))
      move(id, edge, timeIn(view, (event.clientX - line.left) / line.width));
  };

  return (
    <div className={styles.lane} role="group" aria-label={t('ranges.title')} data-testid="ranges-lane">
      {shown.map((range) => {
        const { id, label, chosen, number, start, end } = range;
        const from = clamp(placeIn(view, start), 0, 1);
        const to = clamp(placeIn(view, end), 0, 1);
        const name = label || t('ranges.range', { number });
        const words = t('video.range', { from: formatTime(start), to: formatTime(end) });
        // The end being dragged stays mounted, even outside the visible part.
        const edge = (which: Edge, at: number) =>
          ((moving?.id === id && moving.edge === which) || edgeShows(range, which, view)) && (
            <div
              {...tab(stopName(id, which))}
              role="slider"
              className={cx(styles.edge, styles[which])}
              aria-label={t(which === 'start' ? 'ranges.start' : 'ranges.end', { name })}
              aria-valuemin={0}
              aria-valuemax={Math.max(duration, 0)}
              aria-valuenow={Number(at.toFixed(3))}
              aria-valuetext={formatTime(at)}
              onKeyDown={(event) => onEdgeKey(event, range, which)}
              onKeyUp={(event) => !pressed && (event.key === 'ArrowLeft' || event.key === 'ArrowRight') && settle()}
              onBlur={() => !pressed && settle()}
              onPointerDown={(event) => {
                if (event.button !== 0) return;
                event.stopPropagation();
                event.currentTarget.setPointerCapture(event.pointerId);
                pointAtRange(source, id);
                setPressed(true);
              }}
              onPointerMove={(event) => onDrag(event, id, which)}
              onPointerUp={() => {
                setPressed(false);
                settle();
              }}
              onPointerCancel={() => {
                setPressed(false);
                setMoving(null);
              }}
            />
          );
        return (
          <div
            key={id}
            className={cx(styles.range, chosen && styles.chosen, current === id && styles.current)}
            style={{ left: percent(from), width: percent(to - from) }}
            data-testid="range"
            data-range={id}
          >
            {edge('start', start)}
            <div
              {...tab(id)}
              role="button"
              className={styles.bar}
              aria-pressed={chosen}
              aria-label={t('ranges.named', { name, words })}
              aria-description={t('ranges.how')}
              title={`${name} · ${words}`}
              onKeyDown={(event) => onBarKey(event, range)}
              onClick={() => {
                pointAtRange(source, id);
                onSeek(start);
              }}
              onDoubleClick={() => onEdit(id)}
            >
              {name}
            </div>
            {edge('end', end)}
          </div>
        );
      })}
    </div>
  );
}
