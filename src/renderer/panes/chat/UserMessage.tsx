// SPDX-License-Identifier: Apache-2.0
import { memo } from 'react';
import { Pencil } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Message } from '../../../contract';
import { editQuestion } from '../../state';
import { IconButton } from '../../ui';
import { Pictures } from './Pictures';
import { runsOf } from './runs';
import { VersionSwitch } from './VersionSwitch';
import styles from './UserMessage.module.css';

type Question = Extract<Message, { role: 'user' }>;

interface UserMessageProps {
  message: Question;
  /** The number of the first picture. */
  first: number;
  busy: boolean;
}

/** A question as it was asked: its text, with the pictures where they were placed. */
export const UserMessage = memo(function UserMessage({ message, first, busy }: UserMessageProps) {
  const { t } = useTranslation();
  return (
    <article className={styles.message} aria-label={t('chat.you')} data-testid="question">
      <div className={styles.bubble}>
        {runsOf(message.parts, first).map((run, i) =>
          run.type === 'text' ? (
            <span key={i} className={styles.text}>
              {run.text}
            </span>
          ) : (
            <Pictures key={i} items={run.items} first={run.first} />
          ),
        )}
      </div>
      <VersionSwitch message={message.id} busy={busy} />
      <div className={styles.actions}>
        <IconButton label={t('chat.edit')} isDisabled={busy} onPress={() => editQuestion(message.id)}>
          <Pencil />
        </IconButton>
      </div>
    </article>
  );
});
