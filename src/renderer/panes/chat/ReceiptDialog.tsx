// SPDX-License-Identifier: Apache-2.0
import { useState, type ReactNode } from 'react';
import { Check, Copy } from 'lucide-react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import {
  photoNotes,
  pictureUrl,
  sentenceIn,
  tokensPerSecond,
  type LocalReceipt,
  type Receipt,
  type ServerReceipt,
} from '../../../contract';
import { useLanguage } from '../../i18n';
import { copyReceipt, useStore } from '../../state';
import { describeItem, describeRenderSettings, describeShownObjects } from '../../tray';
import { Button, cx, Dialog, formatBytes, formatCount, formatDuration } from '../../ui';
import { ReplayButton } from './ReplayButton';
import styles from './ReceiptDialog.module.css';

interface ReceiptDialogProps {
  message: string;
  /** The receipt of the answer beside it. */
  beside?: true | undefined;
  onClose: () => void;
}

/** Everything about how an answer was made: what the model saw, the prompt, the settings, the times. */
export function ReceiptDialog({ message, beside, onClose }: ReceiptDialogProps) {
  const { t } = useTranslation();
  const receipt = useStore((s) => {
    const found = s.project.messages.find((m) => m.id === message);
    if (found?.role !== 'assistant') return null;
    return (beside ? found.beside?.receipt : found.receipt) ?? null;
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
        <>
          {!('server' in receipt) && <ReplayButton message={message} beside={beside ?? false} receipt={receipt} />}
          <Button
            tone="accent"
            data-testid="receipt-copy"
            onPress={() => void copyReceipt(message, beside).then(setCopied)}
          >
            {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
            {copied ? t('common.copied') : t('receipt.copy')}
          </Button>
        </>
      }
    >
      {'server' in receipt ? <OfServer receipt={receipt} /> : <OfLocal receipt={receipt} />}
    </Dialog>
  );
}

function OfLocal({ receipt }: { receipt: LocalReceipt }) {
  const { t } = useTranslation();
  return (
    <>
      <p className={styles.lead}>{t('receipt.lead')}</p>
      <div className={styles.columns}>
        <Tokens receipt={receipt} />
        <Times receipt={receipt} />
        <Asked receipt={receipt} />
      </div>
      <Sent title={t('receipt.pictures', { count: receipt.pictures.length })} receipt={receipt} />
      <h3 className={styles.heading}>{t('receipt.prompt')}</h3>
      <pre className={styles.prompt} tabIndex={0} aria-label={t('receipt.prompt')}>
        {receipt.prompt}
      </pre>
    </>
  );
}

function OfServer({ receipt }: { receipt: ServerReceipt }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { server, model, tokens, timings, sampling, unsent, reasoning, finish, pictures, prompt } = receipt;
  const count = (of: number | null): string => (of === null ? t('receipt.notTold') : formatCount(of));
  const program = [server.kind, server.version].filter(Boolean).join(' ');
  return (
    <>
      <p className={styles.lead}>{t('receipt.leadServer')}</p>
      <div className={styles.columns}>
        <Facts
          title={`${t('receipt.tokens')} (${t('receipt.asCounted')})`}
          rows={[
            [t('receipt.promptTokens'), count(tokens.prompt)],
            [t('receipt.generated'), count(tokens.generated)],
            [t('receipt.finish'), t(`receipt.finished.${finish}`)],
          ]}
        />
        <Facts
          title={t('receipt.times')}
          rows={[
            [t('receipt.encodeFiles'), formatDuration(timings.picturesMs, language)],
            [
              t('receipt.firstToken'),
              timings.firstTokenMs === null ? t('receipt.notTold') : formatDuration(timings.firstTokenMs, language),
            ],
            [t('receipt.total'), formatDuration(timings.totalMs, language)],
          ]}
        />
        <Facts
          title={t('receipt.model')}
          rows={[
            [t('settings.modelName'), model.name],
            [t('receipt.server'), server.host],
            ...(server.kind === 'other' ? [] : [[t('receipt.program'), program] as [string, string]]),
            [t('receipt.where'), t(server.loopback ? 'receipt.onThisMachine' : 'receipt.leftThisMachine')],
            ...settingsOf(sampling, t),
            ...(unsent.length > 0
              ? [
                  [t('receipt.unsent'), unsent.map((name) => t(`receipt.unsentName.${name}`)).join(', ')] as [
                    string,
                    string,
                  ],
                ]
              : []),
          ]}
        />
      </div>
      <Sent title={t('receipt.sentFiles', { count: pictures.length })} receipt={receipt} />
      {pictures.length > 0 && <p className={cx(styles.lead, styles.after)}>{t('receipt.onlyLocal')}</p>}
      {reasoning !== '' && (
        <details>
          <summary className={styles.heading}>{t('receipt.reasoning')}</summary>
          <pre className={styles.prompt} tabIndex={0} aria-label={t('receipt.reasoning')}>
            {reasoning}
          </pre>
        </details>
      )}
      <h3 className={styles.heading}>{t('receipt.request')}</h3>
      <pre className={styles.prompt} tabIndex={0} aria-label={t('receipt.request')}>
        {prompt}
      </pre>
    </>
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

function Tokens({ receipt: { tokens, finish } }: { receipt: LocalReceipt }) {
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

function Times({ receipt }: { receipt: LocalReceipt }) {
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

function Asked({ receipt: { model, sampling } }: { receipt: LocalReceipt }) {
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
        ...settingsOf(sampling, t),
      ]}
    />
  );
}

function settingsOf(sampling: Receipt['sampling'], t: TFunction): [string, ReactNode][] {
  const drawn: [string, ReactNode][] = [
    [t('settings.topP'), sampling.topP],
    [t('settings.topK'), sampling.topK],
    [t('settings.seed'), sampling.seed],
  ];
  return [
    [t('settings.temperature'), sampling.temperature],
    ...(sampling.temperature > 0 ? drawn : []),
    [t('settings.repetition'), sampling.repetitionPenalty],
  ];
}

/** The pictures, each with what it became: the resized picture, or the file that was sent. */
function Sent({ title, receipt: { pictures } }: { title: string; receipt: Receipt }) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (pictures.length === 0) return null;
  return (
    <>
      <h3 className={styles.heading}>{title}</h3>
      <ol className={styles.sent} tabIndex={0} aria-label={title}>
        {pictures.map(({ origin, picture, input, sent, tiles, tokens }, i) => {
          const became = input ?? sent;
          return (
            <li key={i}>
              <img src={pictureUrl(picture)} alt="" loading="lazy" />
              <span className={styles.place}>
                {i + 1} · {describeItem({ id: 'x', origin, picture })}
              </span>
              <span className={styles.dim}>
                {picture.width}×{picture.height} → {became?.width}×{became?.height}
                {tiles && ` ${t('receipt.tiles', { count: tiles.length })}`}
                {tokens !== undefined && ` · ${t('receipt.tokensOf', { tokens: formatCount(tokens) })}`}
                {sent && ` · ${sent.mime.replace('image/', '').toUpperCase()} · ${formatBytes(sent.bytes)}`}
                {origin.kind === 'view' && origin.look && ` · ${describeRenderSettings(origin.look, t)}`}
                {origin.kind === 'view' && origin.parts && ` · ${describeShownObjects(origin.parts, t)}`}
                {origin.kind === 'photo' && photoNotes(origin).map((note) => ` · ${sentenceIn(note, language)}`)}
              </span>
              <span className={styles.hash} title={`${picture.sha256}\n→ ${became?.sha256}`}>
                {picture.sha256.slice(0, 12)} → {became?.sha256.slice(0, 12)}
              </span>
            </li>
          );
        })}
      </ol>
    </>
  );
}
