// SPDX-License-Identifier: Apache-2.0
import { useState, type ReactNode } from 'react';
import { Check, Copy } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { photoNotes, pictureUrl, sentenceIn, tokensPerSecond, type Receipt } from '../../../contract';
import { useLanguage } from '../../i18n';
import { copyReceipt, useStore } from '../../state';
import { describeItem, describeRenderSettings, describeShownObjects } from '../../tray';
import { Button, Dialog, formatBytes, formatCount, formatDuration } from '../../ui';
import styles from './ReceiptDialog.module.css';

/** Everything about how an answer was made: what the model saw, the prompt, the settings, the times. */
export function ReceiptDialog({ message, onClose }: { message: string; onClose: () => void }) {
  const { t } = useTranslation();
  const receipt = useStore((s) => {
    const found = s.project.messages.find((m) => m.id === message);
    return found?.role === 'assistant' ? found.receipt : null;
  });
  const [copied, setCopied] = useState(false);
  if (!receipt) return null;
  return (
    <Dialog
      open
      title={t('receipt.title')}
      onClose={onClose}
      width="wide"
      testId="receipt-dialog"
      footer={
        <Button tone="accent" data-testid="receipt-copy" onPress={() => void copyReceipt(message).then(setCopied)}>
          {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
          {copied ? t('common.copied') : t('receipt.copy')}
        </Button>
      }
    >
      <p className={styles.lead}>{t('receipt.lead')}</p>
      <div className={styles.columns}>
        <Tokens receipt={receipt} />
        <Times receipt={receipt} />
        <Asked receipt={receipt} />
      </div>
      <Sent receipt={receipt} />
      <h3 className={styles.heading}>{t('receipt.prompt')}</h3>
      <pre className={styles.prompt}>{receipt.prompt}</pre>
    </Dialog>
  );
}

function Facts({ title, rows }: { title: string; rows: [string, ReactNode][] }) {
  return (
    <section>
      <h3 className={styles.heading}>{title}</h3>
      <dl className={styles.facts}>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Tokens({ receipt: { tokens, finish } }: { receipt: Receipt }) {
  const { t } = useTranslation();
  return (
    <Facts
      title={t('receipt.tokens')}
      rows={[
        [t('receipt.promptTokens'), formatCount(tokens.prompt)],
        [t('receipt.imageTokens'), formatCount(tokens.image)],
        ...(tokens.reused > 0 ? [[t('receipt.reusedTokens'), formatCount(tokens.reused)] as [string, string]] : []),
        [t('receipt.generated'), formatCount(tokens.generated)],
        [t('receipt.finish'), t(`receipt.finished.${finish}`)],
      ]}
    />
  );
}

function Times({ receipt }: { receipt: Receipt }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { timings, peakBytes } = receipt;
  const speed = tokensPerSecond(receipt);
  const rows: [string, ReactNode][] = [
    [t('receipt.vision'), formatDuration(timings.visionMs, language)],
    [t('receipt.prefill'), formatDuration(timings.prefillMs, language)],
    [t('receipt.decode'), formatDuration(timings.decodeMs, language)],
    [t('receipt.firstToken'), formatDuration(timings.firstTokenMs, language)],
    [t('receipt.total'), formatDuration(timings.totalMs, language)],
  ];
  if (timings.loadMs > 0) rows.unshift([t('receipt.load'), formatDuration(timings.loadMs, language)]);
  if (speed !== null) rows.push([t('receipt.speed'), t('receipt.perSecond', { speed: speed.toFixed(1) })]);
  if (peakBytes !== null) rows.push([t('receipt.memory'), t('receipt.atMost', { size: formatBytes(peakBytes) })]);
  return <Facts title={t('receipt.times')} rows={rows} />;
}

function Asked({ receipt: { model, sampling } }: { receipt: Receipt }) {
  const { t } = useTranslation();
  return (
    <Facts
      title={t('receipt.model')}
      rows={[
        [t('settings.modelName'), model.name],
        [t('settings.precision'), `${model.precision} · ${model.provider}`],
        [
          t('picture.fingerprint'),
          <span className={styles.hash} key="hash">
            {model.fingerprint}
          </span>,
        ],
        [t('settings.temperature'), sampling.temperature],
        ...(sampling.temperature > 0
          ? ([
              [t('settings.topP'), sampling.topP],
              [t('settings.topK'), sampling.topK],
              [t('settings.seed'), sampling.seed],
            ] as [string, ReactNode][])
          : []),
        [t('settings.repetition'), sampling.repetitionPenalty],
      ]}
    />
  );
}

function Sent({ receipt: { pictures } }: { receipt: Receipt }) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (pictures.length === 0) return null;
  return (
    <>
      <h3 className={styles.heading}>{t('receipt.pictures', { count: pictures.length })}</h3>
      <ol className={styles.sent}>
        {pictures.map(({ origin, picture, input }, i) => (
          <li key={i}>
            <img src={pictureUrl(picture)} alt="" loading="lazy" />
            <span className={styles.place}>
              {i + 1} · {describeItem({ id: 'x', origin, picture })}
            </span>
            <span className={styles.dim}>
              {picture.width}×{picture.height} → {input.width}×{input.height}
              {origin.kind === 'view' && origin.look && ` · ${describeRenderSettings(origin.look, t)}`}
              {origin.kind === 'view' && origin.parts && ` · ${describeShownObjects(origin.parts, t)}`}
              {origin.kind === 'photo' && photoNotes(origin).map((note) => ` · ${sentenceIn(note, language)}`)}
            </span>
            <span className={styles.hash} title={`${picture.sha256}\n→ ${input.sha256}`}>
              {picture.sha256.slice(0, 12)} → {input.sha256.slice(0, 12)}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}
