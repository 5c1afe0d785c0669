// SPDX-License-Identifier: Apache-2.0
import { ProgressBar } from 'react-aria-components';
import styles from './Meter.module.css';

/** The progress of a job. Shows a quiet animation while the total is unknown. */
export function Meter({ label, done, total }: { label: string; done: number; total: number }) {
  const known = total > 0;
  return (
    <ProgressBar
      aria-label={label}
      value={done}
      maxValue={known ? total : 1}
      isIndeterminate={!known}
      className={styles.bar ?? ''}
    >
      {({ percentage }) => (
        <span
          className={known ? styles.fill : styles.moving}
          {...(known ? { style: { width: `${percentage ?? 0}%` } } : {})}
        />
      )}
    </ProgressBar>
  );
}
