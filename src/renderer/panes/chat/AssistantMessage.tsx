// SPDX-License-Identifier: Apache-2.0
import { Check, CornerDownRight, Copy, ReceiptText, RotateCcw, X } from 'lucide-react';
import { memo, useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../i18n';
import { ModelBadge } from '../../models';
import { dropBeside, openDialog, preferBeside, regenerate, type LiveAnswer } from '../../state';
import { cx, formatDuration, IconButton } from '../../ui';
import { AnswerBody } from './AnswerBody';
import type { Answer, Answered } from './answered';
import { CompareModels } from './CompareModels';
import { settingsDifference } from './settings-difference';
import { VersionSwitch } from './VersionSwitch';
import styles from './AssistantMessage.module.css';

interface AssistantMessageProps {
  message: Answer;
  live: LiveAnswer | null;
  last: boolean;
  busy: boolean;
}

/** An answer, alone or with the answer of another model beside it. */
export const AssistantMessage = memo(function AssistantMessage({ message, live, last, busy }: AssistantMessageProps) {
  const { t } = useTranslation();
  const { beside } = message;
  const own = live && !live.beside ? live : null;
  const other = live?.beside ? live : null;
  const status = own ? 'streaming' : message.status;
  return (
    <article
      className={cx(styles.message, beside && styles.pair)}
      aria-label={t('chat.answer')}
      aria-busy={status === 'streaming'}
      data-status={status}
      {...(last ? { 'data-testid': 'answer' } : {})}
    >
      <div className={styles.side}>
        <AnswerBody answer={message} live={own} again={last && !busy} testId={last ? 'answer-text' : undefined} />
        {status !== 'streaming' && (
          <Actions answer={message} named={beside !== undefined} receiptOf={{ message: message.id }}>
            <VersionSwitch message={message.id} busy={busy} />
            {!beside && <CompareModels message={message} isDisabled={busy} />}
            <IconButton
              label={t('chat.regenerate')}
              isDisabled={busy}
              onPress={() => void regenerate(message.id)}
              {...(last ? { 'data-testid': 'regenerate-button' } : {})}
            >
              <RotateCcw />
            </IconButton>
          </Actions>
        )}
      </div>
      {beside && (
        <section className={styles.side} aria-label={t('chat.besideLabel')} data-testid="beside">
          <AnswerBody answer={beside} live={other} again={false} testId="beside-text" />
          {message.receipt && beside.receipt && (
            <p className={styles.difference} data-testid="settings-difference">
              {settingsDifference(message.receipt, beside.receipt, t)}
            </p>
          )}
          {!other && (
            <Actions answer={beside} named receiptOf={{ message: message.id, beside: true }}>
              <IconButton
                label={t('chat.prefer')}
                isDisabled={busy || beside.text === ''}
                onPress={() => void preferBeside(message.id)}
                data-testid="prefer-button"
              >
                <CornerDownRight />
              </IconButton>
              <IconButton
                label={t('chat.dropBeside')}
                isDisabled={busy}
                onPress={() => void dropBeside(message.id)}
                data-testid="drop-beside"
              >
                <X />
              </IconButton>
            </Actions>
          )}
        </section>
      )}
    </article>
  );
});

interface ActionsProps {
  answer: Answered;
  /** Whether a local model is named too. A model of a server always is. */
  named: boolean;
  /** Whose receipt is shown. */
  receiptOf: { message: string; beside?: true };
  children?: ReactNode;
}

function Actions({ answer: { receipt, status, text }, named, receiptOf, children }: ActionsProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <footer className={styles.actions}>
      {status === 'stopped' && <span className={styles.note}>{t('chat.stopped')}</span>}
      {receipt?.finish === 'length' && <span className={styles.note}>{t('chat.cutByLength')}</span>}
      {receipt?.finish === 'context' && <span className={styles.note}>{t('chat.cutByContext')}</span>}
      {receipt?.finish === 'repeating' && <span className={styles.note}>{t('chat.repeating')}</span>}
      {receipt && (named || 'server' in receipt) && <ModelBadge receipt={receipt} />}
      {receipt && <span className={styles.time}>{formatDuration(receipt.timings.totalMs, language)}</span>}
      <span className={styles.space} />
      {text !== '' && <CopyText text={text} />}
      {receipt && (
        <IconButton
          label={t('chat.receipt')}
          onPress={() => openDialog({ kind: 'receipt', ...receiptOf })}
          data-testid={receiptOf.beside ? 'beside-receipt' : 'receipt-button'}
        >
          <ReceiptText />
        </IconButton>
      )}
      {children}
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
