// SPDX-License-Identifier: Apache-2.0
import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { hoverItem, removeItems, retakeFrame, selectItems, useStore } from '../../state';
import { cx, formatTime } from '../../ui';
import { clamp, type Mark } from './timeline';
import { placeIn, timeIn, type View } from './view';
import styles from './Marks.module.css';

interface MarksProps {
  source: string;
  marks: readonly Mark[];
  /** Times of proposed frames, seconds. */
  proposed: readonly number[];
  view: View;
  duration: number;
  fps: number;
  onSeek: (time: number) => void;
}

/** A mark being moved. `away`: so far off the line that releasing it removes the frame. */
interface Moving {
  id: string;
  time: number;
  away: boolean;
}

const AWAY_PX = 36;
const STARTS_AT_PX = 3;

/**
 * A mark for each frame in the tray. Dragging it or moving it with the arrow keys replaces the frame by the one at the
 * new moment. Delete, or dragging it off the line, removes the frame from the tray. Both can be undone.
 */
export function Marks({ source, marks, proposed, view, duration, fps, onSeek }: MarksProps) {
  const { t } = useTranslation();
  const hovered = useStore((s) => s.hovered);
  const selected = useStore((s) => s.selected);
  const [moving, setMoving] = useState<Moving | null>(null);
  const [pressed, setPressed] = useState<{ x: number; y: number } | null>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const shown = marks.filter((mark) => mark.id === moving?.id || (mark.time >= view.start && mark.time <= view.end));
  // There is one Tab stop for all marks; the up and down keys go from mark to mark.
  const stop = shown.find((mark) => mark.id === focused) ?? shown.find((mark) => selected.has(mark.id)) ?? shown[0];

  const line = useRef<HTMLDivElement>(null);
  const turn = useRef(Promise.resolve());
  /** The id of the item that replaced an item when it was moved. */
  const successor = useRef(new Map<string, string>());

  /** Moves are processed one after another, because the next one may concern a frame that is still being read. */
  const settle = (now: Moving) => {
    turn.current = turn.current.then(async () => {
      let id = now.id;
      // After Undo the original item is back and is used itself.
      const gone = () => useStore.getState().project.tray.every((item) => item.id !== id);
      while (gone() && successor.current.has(id)) id = successor.current.get(id)!;
      if (now.away) removeItems([id]);
      else {
        const fresh = await retakeFrame(source, id, now.time);
        if (fresh && fresh !== id) successor.current.set(id, fresh);
        if (fresh && line.current?.contains(document.activeElement))
          requestAnimationFrame(() => focusOn(line.current?.querySelector(`[data-item="${fresh}"]`)));
        id = fresh ?? id;
        setFocused((was) => (was === now.id ? id : was));
      }
      setMoving((later) => (later === now ? null : later?.id === now.id ? { ...later, id } : later));
    });
  };

  const onKeyDown = (event: KeyboardEvent<HTMLElement>, mark: Mark) => {
    const { key, currentTarget } = event;
    const at = moving?.id === mark.id ? moving.time : mark.time;
    const step = (key === 'ArrowLeft' ? -1 : key === 'ArrowRight' ? 1 : 0) * (event.shiftKey ? 10 : 1);
    if (step !== 0) setMoving({ id: mark.id, time: clamp(at + step / fps, 0, duration), away: false });
    else if (key === 'Delete' || key === 'Backspace') {
      const all = [...(line.current?.querySelectorAll('[data-item]') ?? [])];
      // The next mark gets the focus; after the last mark, the previous one does, or the line itself.
      if (all.at(-1) === currentTarget)
        focusOn(all.at(-2) ?? line.current?.closest('[data-testid=timeline]')?.querySelector('[data-track]'));
      else setFocused((all[all.indexOf(currentTarget) + 1] as HTMLElement).dataset['item']!);
      removeItems([mark.id]);
    } else if (key === 'ArrowUp') focusOn(currentTarget.previousElementSibling);
    else if (key === 'ArrowDown') focusOn(currentTarget.nextElementSibling);
    else if (key === 'Enter') onSeek(mark.time);
    else if (key === 'Escape' && moving) setMoving(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const onPointerMove = (event: PointerEvent<HTMLElement>, mark: Mark) => {
    if (!pressed) return;
    const far = Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > STARTS_AT_PX;
    const box = line.current?.getBoundingClientRect();
    if (!box || (!far && moving === null)) return;
    const time = clamp(timeIn(view, (event.clientX - box.left) / box.width), 0, duration);
    setMoving({ id: mark.id, time, away: event.clientY - box.bottom > AWAY_PX });
    onSeek(time);
  };

  return (
    <div ref={line} className={styles.marks} role="group" aria-label={t('video.marks')}>
      {proposed.map((time) => (
        <span
          key={time}
          className={styles.proposed}
          style={{ left: `${(placeIn(view, time) * 100).toFixed(3)}%` }}
          aria-hidden
          data-testid="proposed-mark"
        />
      ))}
      {shown.map((mark) => {
        const mine = moving?.id === mark.id ? moving : null;
        const time = mine?.time ?? mark.time;
        const lit = hovered === mark.id || mine !== null;
        return (
          <div
            // The index as key: a mark that moves to another frame is still the same focused element.
            key={marks.indexOf(mark)}
            role="slider"
            tabIndex={mark.id === stop?.id ? 0 : -1}
            className={cx(
              styles.mark,
              lit && styles.lit,
              selected.has(mark.id) && styles.chosen,
              mine?.away && styles.away,
            )}
            style={{ left: `${(placeIn(view, time) * 100).toFixed(3)}%` }}
            aria-label={t('video.mark', { number: mark.number, time: formatTime(time) })}
            aria-description={t('video.markHow')}
            aria-valuemin={0}
            aria-valuemax={Math.max(duration, 0)}
            aria-valuenow={Number(time.toFixed(3))}
            aria-valuetext={formatTime(time)}
            data-testid="timeline-mark"
            data-item={mark.id}
            data-lit={hovered === mark.id || undefined}
            onPointerEnter={() => hoverItem(mark.id)}
            onPointerLeave={() => hoverItem(null)}
            onFocus={() => {
              setFocused(mark.id);
              hoverItem(mark.id);
            }}
            onBlur={() => {
              hoverItem(null);
              if (mine && !pressed) settle(mine);
            }}
            onKeyDown={(event) => onKeyDown(event, mark)}
            onKeyUp={(event) => {
              if (mine && !pressed && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) settle(mine);
            }}
            onPointerDown={(event) => {
              if (event.button !== 0) return;
              event.currentTarget.setPointerCapture(event.pointerId);
              setPressed({ x: event.clientX, y: event.clientY });
            }}
            onPointerMove={(event) => onPointerMove(event, mark)}
            onPointerUp={() => {
              setPressed(null);
              if (mine) settle(mine);
              else if (pressed) {
                onSeek(mark.time);
                selectItems([mark.id]);
              }
            }}
            onPointerCancel={() => {
              setPressed(null);
              setMoving(null);
            }}
          >
            {lit && (
              <span
                className={styles.label}
                style={{ transform: `translateX(-${(clamp(placeIn(view, time), 0, 1) * 100).toFixed(1)}%)` }}
              >
                {mine?.away ? (
                  t('video.markAway')
                ) : (
                  <>
                    <b>{mark.number}</b> {formatTime(time)}
                  </>
                )}
              </span>
            )}
          </div>
        );
      })}
    </div>
  );
}

const focusOn = (element: Element | null | undefined): void => (element as HTMLElement | null | undefined)?.focus();
