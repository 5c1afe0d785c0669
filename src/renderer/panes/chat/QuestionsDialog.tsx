// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { Plus, Trash2, Undo2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ReadyQuestion } from '../../../contract';
import { changeSettings, useStore } from '../../state';
import { Button, Dialog, IconButton } from '../../ui';
import { readyQuestions } from './ready-questions';
import fields from './fields.module.css';
import styles from './QuestionsDialog.module.css';

/** Edits the ready questions. What is typed is saved when the dialog closes. */
export function QuestionsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const own = useStore((s) => s.settings.questions);
  const [questions, setQuestions] = useState<readonly ReadyQuestion[]>(() => readyQuestions(own, t));
  const [changed, setChanged] = useState(false);
  /** The questions before the last one was removed. */
  const [before, setBefore] = useState<readonly ReadyQuestion[] | null>(null);
  const edit = (next: readonly ReadyQuestion[]) => {
    setQuestions(next);
    setChanged(true);
    setBefore(null);
  };
  const close = () => {
    if (changed) void changeSettings({ questions: questions.filter(({ text }) => text.trim() !== '') });
    onClose();
  };
  return (
    <Dialog
      title={t('ready.title')}
      open
      onClose={close}
      testId="questions-dialog"
      footer={
        <>
          <Button
            tone="ghost"
            isDisabled={own === null && !changed}
            onPress={() => {
              setQuestions(readyQuestions(null, t));
              setChanged(false);
              void changeSettings({ questions: null });
            }}
          >
            {t('ready.reset')}
          </Button>
          {before && (
            <Button onPress={() => edit(before)} data-testid="question-back">
              <Undo2 aria-hidden />
              {t('ready.undo')}
            </Button>
          )}
          <Button onPress={() => edit([...questions, { name: '', text: '' }])} isDisabled={questions.length >= 100}>
            <Plus aria-hidden />
            {t('ready.add')}
          </Button>
          <Button tone="accent" onPress={close}>
            {t('common.close')}
          </Button>
        </>
      }
    >
      <p className={fields.lead}>{t('ready.lead')}</p>
      <ul className={styles.list}>
        {questions.map(({ name, text }, k) => (
          <li key={k} className={styles.row}>
            <input
              className={fields.field}
              aria-label={t('ready.name', { number: k + 1 })}
              placeholder={t('ready.namePlace')}
              value={name}
              maxLength={80}
              autoFocus={name === '' && text === '' && k === questions.length - 1}
              onChange={(event) => edit(questions.with(k, { name: event.target.value, text }))}
            />
            <textarea
              className={fields.field}
              aria-label={t('ready.text', { number: k + 1 })}
              placeholder={t('ready.textPlace')}
              value={text}
              rows={2}
              maxLength={4000}
              onChange={(event) => edit(questions.with(k, { name, text: event.target.value }))}
            />
            <IconButton
              label={t('ready.remove', { name: name || String(k + 1) })}
              onPress={() => {
                edit(questions.toSpliced(k, 1));
                setBefore(questions);
              }}
            >
              <Trash2 />
            </IconButton>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
