// SPDX-License-Identifier: Apache-2.0
import { Check, Copy, ReceiptText, RotateCcw } from 'lucide-react';
import { useDeferredValue, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '../../../contract';
import { useLanguage } from '../../i18n';
import { openDialog, regenerate, type LiveAnswer } from '../../state';
import { Button, ErrorCard, formatDuration, IconButton } from '../../ui';
import { Markdown } from './Markdown';
import { OutsideNote } from './OutsideNote';
import { Thinking } from './Thinking';
import { useCitations } from './use-citations';
import styles from './AssistantMessage.module.css';

type Answer = Extract<Message, { role: 'assistant' }>;

interface AssistantMessageProps {
  message: Answer;
  live: LiveAnswer | null;
  last: boolean;
  busy: boolean;
}

export function AssistantMessage({ message, live, last, busy }: AssistantMessageProps) {
  const { t } = useTranslation();
  // Deferred, because laying out a long answer takes longer than the next token: input has priority.
  const text = useDeferredValue(live ? live.text || message.text : message.text);
  const cite = useCitations(message.receipt);
  const status = live ? 'streaming' : message.status;
  const writing = status === 'streaming' && text !== '';
  return (
    <article
      className={styles.message}
      aria-label={t('chat.answer')}
      aria-busy={status === 'streaming'}
      data-status={status}
      {...(last ? { 'data-testid': 'answer' } : {})}
    >
      {text !== '' && (
        <div className={writing ? styles.writing : styles.text} data-testid={last ? 'answer-text' : undefined}>
          <Markdown text={text} cite={cite} />
        </div>
      )}
      {live && text === '' && <Thinking progress={live.progress} />}
      {status === 'failed' && message.error && (
        <ErrorCard error={message.error} kept={t(text ? 'chat.textKept' : 'chat.questionKept')}>
          {last && !busy && (
            <Button size="small" onPress={() => void regenerate()}>
              {t('chat.tryAgain')}
            </Button>
          )}
        </ErrorCard>
      )}
      {status !== 'streaming' && message.receipt && <OutsideNote pictures={message.receipt.pictures} />}
      {status !== 'streaming' && <Actions message={message} last={last} busy={busy} />}
    </article>
  );
}

function Actions({ message, last, busy }: { message: Answer; last: boolean; busy: boolean }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { receipt } = message;
  return (
    <footer className={styles.actions}>
      {message.status === 'stopped' && <span className={styles.note}>{t('chat.stopped')}</span>}
      {receipt?.finish === 'length' && <span className={styles.note}>{t('chat.cutByLength')}</span>}
      {receipt?.finish === 'context' && <span className={styles.note}>{t('chat.cutByContext')}</span>}
      {receipt?.finish === 'repeating' && <span className={styles.note}>{t('chat.repeating')}</span>}
      {receipt && <span className={styles.time}>{formatDuration(receipt.timings.totalMs, language)}</span>}
      <span className={styles.space} />
      {message.text !== '' && <CopyText text={message.text} />}
      {receipt && (
        <IconButton
          label={t('chat.receipt')}
          onPress={() => openDialog({ kind: 'receipt', message: message.id })}
          data-testid="receipt-button"
        >
          <ReceiptText />
        </IconButton>
      )}
      {last && (
        <IconButton
          label={t('chat.regenerate')}
          isDisabled={busy}
          onPress={() => void regenerate()}
          data-testid="regenerate-button"
        >
          <RotateCcw />
        </IconButton>
      )}
    </footer>
  );
}

const COPIED_MS = 1500;

function CopyText({ text }: { text: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <IconButton
      label={copied ? t('common.copied') : t('chat.copy')}
      onPress={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
    >
      {copied ? <Check /> : <Copy />}
    </IconButton>
  );
}
