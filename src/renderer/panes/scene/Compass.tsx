// SPDX-License-Identifier: Apache-2.0
import { useImperativeHandle, useRef, type Ref } from 'react';
import { Toolbar } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { poseAzimuth, poseElevation } from '../../../camera';
import type { CameraPose } from '../../../contract';
import { cx, IconButton } from '../../ui';
import styles from './Compass.module.css';
import type { ShownView, Side } from '../../../scene';

export interface CompassHandle {
  /** Called when the user's camera has moved. Updates the DOM directly, because it happens sixty times a second. */
  turn(pose: CameraPose): void;
}

interface CompassProps {
  ref: Ref<CompassHandle>;
  views: readonly ShownView[];
  hovered: string | null;
  onHover: (id: string | null) => void;
  onChoose: (id: string) => void;
  onSide: (side: Side) => void;
}

const EDGE = 40;
const SIDES: readonly Side[] = ['front', 'right', 'back', 'left', 'top', 'bottom'];

/** Distance from the centre of the dial: cameras at the horizon are at its rim, those overhead at its centre. */
const reach = (pose: CameraPose): number => 30 * Math.cos((poseElevation(pose) * Math.PI) / 180);

/**
 * The scene from above: where the views were taken and where the camera is; the tray says the same in words. Around it
 * are buttons for the six sides, each where the viewer would be.
 */
export function Compass({ ref, views, hovered, onHover, onChoose, onSide }: CompassProps) {
  const { t } = useTranslation();
  const needle = useRef<SVGGElement>(null);
  useImperativeHandle(ref, () => ({
    turn(pose) {
      needle.current?.setAttribute('transform', `rotate(${-poseAzimuth(pose)}) translate(0 ${reach(pose)})`);
    },
  }));
  return (
    <div className={styles.compass}>
      <svg className={styles.dial} viewBox={`${-EDGE} ${-EDGE} ${2 * EDGE} ${2 * EDGE}`} aria-hidden>
        <circle r={36} className={styles.face} />
        {views.map(({ id, pose }) => (
          <g
            key={id}
            transform={`rotate(${-poseAzimuth(pose)}) translate(0 ${reach(pose)})`}
            className={id === hovered ? styles.lit : styles.view}
            onPointerEnter={() => onHover(id)}
            onPointerLeave={() => onHover(null)}
            onClick={() => onChoose(id)}
          >
            <circle r={6} className={styles.reach} />
            <path d="M0 3 L-3.2 -3 L3.2 -3 Z" className={styles.mark} />
          </g>
        ))}
        <g ref={needle} className={styles.camera}>
          <circle r={4} />
        </g>
      </svg>
      <Toolbar aria-label={t('scene.sides')} className={styles.sides ?? ''}>
        {SIDES.map((side) => (
          <IconButton
            key={side}
            label={t(`scene.side.${side}`)}
            className={cx(styles.side, styles[side])}
            data-testid={`side-${side}`}
            onPress={() => onSide(side)}
          >
            <span aria-hidden>{t(`scene.sideMark.${side}`)}</span>
          </IconButton>
        ))}
      </Toolbar>
    </div>
  );
}
