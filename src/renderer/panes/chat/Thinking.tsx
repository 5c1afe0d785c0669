// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import type { Progress } from '../../../contract';
import { Meter } from '../../ui';
import { progressWords } from './progressWords';
import styles from './Thinking.module.css';

/** The model's progress, shown until the first words of the answer. */
export function Thinking({ progress }: { progress: Progress | null }) {
  const { t } = useTranslation();
  const words = progressWords(progress, t);
  return (
    <div className={styles.thinking} role="status" data-testid="progress">
      <span>{words}</span>
      <span className={styles.meter}>
        <Meter label={words} done={progress?.done ?? 0} total={progress?.total ?? 0} />
      </span>
    </div>
  );
}
