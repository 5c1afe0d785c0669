// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from 'react';
import { Check, Copy } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { sentenceIn, type Happened } from '../../contract';
import { useLanguage } from '../i18n';
import { copyDiagnostics, readHappened, showLog } from '../state';
import { Button, Dialog } from '../ui';
import styles from './HappenedDialog.module.css';

/** The dialog "What happened": failures since the start, the state of the library, the machine and the log. */
export function HappenedDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [happened, setHappened] = useState<Happened | undefined>();
  const [copied, setCopied] = useState(false);
  useEffect(() => void readHappened().then(setHappened), []);
  const footer = (
    <>
      <Button onPress={() => void showLog()}>{t('happened.showLog')}</Button>
      <Button tone="accent" data-testid="happened-copy" onPress={() => void copyDiagnostics().then(setCopied)}>
        {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
        {copied ? t('common.copied') : t('happened.copy')}
      </Button>
    </>
  );
  return (
    <Dialog open title={t('happened.title')} onClose={onClose} width="wide" testId="happened-dialog" footer={footer}>
      {happened && <Facts {...happened} />}
    </Dialog>
  );
}

function Facts({ troubles, library, facts, log }: Happened) {
  const { t } = useTranslation();
  const language = useLanguage();
  const end = useRef<HTMLPreElement>(null);
  useEffect(() => end.current?.scrollTo({ top: end.current.scrollHeight }), []);
  const time = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', { timeStyle: 'medium' });
  return (
    <>
      <h3 className={styles.heading}>{t('happened.session')}</h3>
      {troubles.length === 0 && <p className={styles.quiet}>{t('happened.nothing')}</p>}
      <ul className={styles.list} data-testid="happened-troubles">
        {troubles.map(({ at, what }, k) => (
          <li key={k}>
            <span className={styles.name}>{time.format(at)}</span> {sentenceIn(what, language)}
          </li>
        ))}
      </ul>
      <h3 className={styles.heading}>{t('happened.library')}</h3>
      <p data-testid="happened-library">{sentenceIn(library.what, language)}</p>
      <h3 className={styles.heading}>{t('happened.machine')}</h3>
      <dl className={styles.facts}>
        {facts.map(({ name, value }) => (
          <div key={name}>
            <dt className={styles.name}>{t(`happened.fact.${name}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <h3 className={styles.heading}>{t('happened.log')}</h3>
      <pre ref={end} className={styles.log} tabIndex={0} aria-label={t('happened.log')}>
        {log.length > 0 ? log.join('\n') : t('happened.emptyLog')}
      </pre>
      <p className={styles.quiet}>{t('happened.private')}</p>
    </>
  );
}
