// SPDX-License-Identifier: Apache-2.0
import type { CameraPose } from '../../contract';
import { poseAzimuth } from '../../camera';
import styles from './Compass.module.css';

/** A small map of a view's direction from above: the scene in the middle, the camera on the rim looking in. */
export function Compass({ pose }: { pose: CameraPose }) {
  return (
    <svg viewBox="-8 -8 16 16" className={styles.compass} aria-hidden>
      <circle r="6.5" className={styles.rim} />
      <g transform={`rotate(${(-poseAzimuth(pose)).toFixed(1)})`}>
        <path d="M0 7 L-3.4 0.6 L3.4 0.6 Z" className={styles.look} />
        <circle cy="6.5" r="1.5" className={styles.eye} />
      </g>
      <circle r="1" className={styles.middle} />
    </svg>
  );
}
