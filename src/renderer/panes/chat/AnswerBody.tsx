// SPDX-License-Identifier: Apache-2.0
import { useDeferredValue } from 'react';
import { useTranslation } from 'react-i18next';
import { regenerate, thinTray, useStore, type LiveAnswer } from '../../state';
import { Button, ErrorCard } from '../../ui';
import type { Answered } from './answered';
import { Markdown } from './Markdown';
import { OutsideNote } from './OutsideNote';
import { Reasoning } from './Reasoning';
import { Thinking } from './Thinking';
import { useCitations } from './use-citations';
import styles from './AssistantMessage.module.css';

interface AnswerBodyProps {
  answer: Answered;
  /** Set while this answer is written. */
  live: LiveAnswer | null;
  /** Whether the question can be asked again from here. */
  again: boolean;
  testId?: string | undefined;
}

/** The words of an answer, what the model thought, and why it failed. */
export function AnswerBody({ answer, live, again, testId }: AnswerBodyProps) {
  const { t } = useTranslation();
  // Deferred, because laying out a long answer takes longer than the next token: input has priority.
  const text = useDeferredValue(live ? live.text || answer.text : answer.text);
  const cite = useCitations(answer.receipt);
  const { receipt, error } = answer;
  const status = live ? 'streaming' : answer.status;
  const writing = status === 'streaming' && text !== '';
  const reasoning = live ? live.reasoning : receipt && 'server' in receipt ? receipt.reasoning : '';
  return (
    <>
      {reasoning !== '' && text !== '' && <Reasoning text={reasoning} title={t('chat.reasoning')} />}
      {text !== '' && (
        <div className={writing ? styles.writing : styles.text} data-testid={testId}>
          <Markdown text={text} cite={cite} />
        </div>
      )}
      {live && text === '' && <Thinking live={live} />}
      {status === 'failed' && error && (
        <ErrorCard error={error} kept={t(text ? 'chat.textKept' : 'chat.questionKept')}>
          {again && <AskAgain fit={error.pictures} />}
        </ErrorCard>
      )}
      {status !== 'streaming' && receipt && <OutsideNote pictures={receipt.pictures} offersModel={again} />}
    </>
  );
}

/** Asks the question again: with as many pictures as would be accepted, or as it was. */
function AskAgain({ fit }: { fit: number | undefined }) {
  const { t } = useTranslation();
  const pictures = useStore((s) => s.project.tray.length);
  const fewer = () => {
    if (fit !== undefined) thinTray(fit);
    void regenerate();
  };
  if (fit !== undefined && fit > 0 && fit < pictures)
    return (
      <Button size="small" tone="accent" onPress={fewer} data-testid="again-fewer">
        {t('chat.againFewer', { fit, pictures })}
      </Button>
    );
  return (
    <Button size="small" onPress={() => void regenerate()}>
      {t('chat.tryAgain')}
    </Button>
  );
}
