// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import type { LiveAnswer } from '../../state';
import { Meter } from '../../ui';
import { progressWords } from './progressWords';
import { Reasoning } from './Reasoning';
import styles from './Thinking.module.css';

/** What happens until the first words of the answer: the progress, or what the model thinks. */
export function Thinking({ live: { progress, reasoning } }: { live: LiveAnswer }) {
  const { t } = useTranslation();
  if (reasoning !== '') return <Reasoning text={reasoning} title={t('chat.thinking')} />;
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
