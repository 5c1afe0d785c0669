// SPDX-License-Identifier: Apache-2.0
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { ask, sampleOf, useStore } from '../../state';
import styles from './Suggestions.module.css';

/** Suggested questions for the sample that is shown; a press asks one. */
export function Suggestions() {
  const { t } = useTranslation();
  const active = useStore((s) => s.project.activeSource);
  const messages = useStore((s) => s.project.messages);
  const ready = useStore((s) => s.project.tray.length > 0 && s.live === null && s.draft === '' && s.editing === null);
  useStore((s) => s.samples);
  const asked = new Set(messages.flatMap((m) => (m.role === 'user' ? [m.text] : [])));
  const questions = (sampleOf(active)?.questions ?? []).filter((question) => !asked.has(question));
  if (!ready || questions.length === 0) return null;
  return (
    <ul className={styles.list} aria-label={t('chat.suggestions')} data-testid="suggestions">
      {questions.map((question) => (
        <li key={question}>
          <Button className={styles.question ?? ''} onPress={() => void ask(question)}>
            {question}
          </Button>
        </li>
      ))}
    </ul>
  );
}
