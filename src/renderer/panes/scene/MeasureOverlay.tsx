// SPDX-License-Identifier: Apache-2.0
import { useImperativeHandle, useLayoutEffect, useRef, type Ref } from 'react';
import type { Measure, SceneUnits, Vec3 } from '../../../contract';
import { cx } from '../../ui';
import styles from './MeasureOverlay.module.css';
import { lengthOf } from './Measures';
import { formatLength } from './units';
import type { Vec2 } from '../../../scene';

export interface OverlayHandle {
  /** Called when the user's camera has moved. Updates the DOM directly, because it happens sixty times a second. */
  draw(): void;
}

interface MeasureOverlayProps {
  ref: Ref<OverlayHandle>;
  measures: readonly Measure[];
  /** The measurement in progress: its first end, and where the pointer is. */
  pending: { from: Vec3; to: Vec3 | null; snapped: boolean } | null;
  lit: string | null;
  units: SceneUnits;
  onScreen: (from: Vec3, to: Vec3) => [Vec2, Vec2] | null;
}

const PENDING = 'pending';

/**
 * Measured distances over the scene. Drawn on the page, so that they are never in a view. The list says the same in
 * words.
 */
export function MeasureOverlay({ ref, measures, pending, lit, units, onScreen }: MeasureOverlayProps) {
  const svg = useRef<SVGSVGElement>(null);
  const all = pending ? [...measures, { id: PENDING, from: pending.from, to: pending.to ?? pending.from }] : measures;
  const draw = (): void => {
    all.forEach((measure, k) => {
      const group = svg.current?.children[k] as SVGGElement | undefined;
      const ends = onScreen(measure.from, measure.to);
      if (!group) return;
      group.style.visibility = ends ? 'visible' : 'hidden';
      if (!ends) return;
      const [[x1, y1], [x2, y2]] = ends;
      for (const line of group.querySelectorAll('line')) {
        line.setAttribute('x1', String(x1));
        line.setAttribute('y1', String(y1));
        line.setAttribute('x2', String(x2));
        line.setAttribute('y2', String(y2));
      }
      const [one, other] = group.querySelectorAll('circle');
      one?.setAttribute('transform', `translate(${x1} ${y1})`);
      other?.setAttribute('transform', `translate(${x2} ${y2})`);
      group.querySelector('g')?.setAttribute('transform', `translate(${(x1 + x2) / 2} ${(y1 + y2) / 2})`);
    });
  };
  useImperativeHandle(ref, () => ({ draw }));
  useLayoutEffect(draw);
  return (
    <svg ref={svg} className={styles.overlay} aria-hidden data-testid="measure-overlay">
      {all.map((measure) => {
        const made = measure.id !== PENDING;
        const words = made || pending?.to ? `${formatLength(lengthOf(measure), units)} ${units.shown}` : '';
        const width = 7 * words.length + 12;
        return (
          <g key={measure.id} className={cx(styles.measure, (measure.id === lit || !made) && styles.lit)}>
            <line className={styles.edge} />
            <line className={styles.line} />
            <circle r={3.5} />
            <circle r={made || pending?.snapped ? 3.5 : 2} />
            {words !== '' && (
              <g>
                <rect x={-width / 2} y={-10} width={width} height={20} rx={4} />
                <text textAnchor="middle" dominantBaseline="central">
                  {words}
                </text>
              </g>
            )}
          </g>
        );
      })}
    </svg>
  );
}
