// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { errorIn, placeOf, toErrorInfo, type Language } from '../../../../contract';
import { useLanguage } from '../../../i18n';
import { addServer } from '../../../state';
import { Button, ErrorCard, Meter } from '../../../ui';
import { KeyInput, TextInput } from './TextInput';
import { useJob } from './use-job';
import styles from './AddServer.module.css';

/** The form for a new server. */
export function AddServer({ onAdded, onCancel }: { onAdded: () => void; onCancel: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [url, setUrl] = useState('');
  const [name, setName] = useState('');
  const [key, setKey] = useState('');
  const { job, isRunning, run, cancel } = useJob();
  const submit = async () => {
    if (url.trim() === '') return;
    if ((await run(() => addServer({ url, name, key }))) !== undefined) onAdded();
  };
  return (
    <form
      className={styles.form}
      aria-label={t('server.add')}
      data-testid="server-form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextInput
        autoFocus
        label={t('server.address')}
        placeholder="http://127.0.0.1:8000"
        value={url}
        onChange={setUrl}
        maxLength={2000}
        className={styles.wide}
        testId="server-address"
        hint={
          <span className={styles.place} aria-live="polite">
            {placeWords(url, t, language)}
          </span>
        }
      />
      <TextInput
        label={t('server.nameOptional')}
        value={name}
        onChange={setName}
        maxLength={100}
        testId="server-name"
      />
      <KeyInput label={t('server.keyOptional')} value={key} onChange={setKey} testId="server-key" />
      <div className={styles.foot}>
        <p role="status" className={styles.said}>
          {isRunning && t('server.connecting')}
          {job.is === 'cancelled' && t('server.notAdded')}
        </p>
        <Button onPress={isRunning ? cancel : onCancel}>{t('common.cancel')}</Button>
        <Button tone="accent" type="submit" isDisabled={url.trim() === ''} data-testid="server-submit">
          {t('server.addThis')}
        </Button>
      </div>
      {/* The line stays, so that nothing moves when the server is asked. */}
      <div className={styles.meter}>{isRunning && <Meter label={t('server.connecting')} done={0} total={0} />}</div>
      {job.is === 'failed' && (
        <div className={styles.wide}>
          <ErrorCard error={job.error} />
        </div>
      )}
    </form>
  );
}

/** Where an address leads: to this computer or beyond it, and what follows from that. */
function placeWords(url: string, t: TFunction, language: Language): string {
  if (url.trim() === '') return t('server.addressHint');
  try {
    const { root, loopback } = placeOf(url);
    if (loopback) return t('server.addressHere');
    return t(root.startsWith('https:') ? 'server.addressEncrypted' : 'server.addressOpen');
  } catch (thrown) {
    return errorIn(toErrorInfo(thrown), language).message;
  }
}
