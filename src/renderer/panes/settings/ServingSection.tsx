// SPDX-License-Identifier: Apache-2.0
import { Check, Copy, Eye, EyeOff, FolderPlus, RotateCcw, X } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Serving } from '../../../contract';
import { allowFolder, changeServing, forbidFolder, readServing, renewToken, useStore } from '../../state';
import { Button, ErrorCard, IconButton, NumberInput, Segmented } from '../../ui';
import { Row } from './Row';
import section from './ModelSection.module.css';
import styles from './ServingSection.module.css';

/** Zoetrope as a server for other programs on this machine. */
export function ServingSection() {
  const { t } = useTranslation();
  const serving = useStore((s) => s.serving);
  useEffect(() => void readServing(), []);
  if (!serving) return null;
  return (
    <div className={section.section}>
      <p className={section.lead}>{t('serving.lead')}</p>
      <Row name={t('serving.switch')} hint={t('serving.switchHint')}>
        <Segmented
          label={t('serving.switch')}
          value={serving.on ? 'on' : 'off'}
          onChange={(value) => void changeServing({ on: value === 'on' })}
          options={[
            { value: 'off', label: t('settings.off') },
            { value: 'on', label: t('settings.on') },
          ]}
        />
      </Row>
      <div role="status" className={section.section}>
        {serving.state === 'starting' && <p className={section.lead}>{t('serving.starting')}</p>}
        {serving.state === 'failed' && serving.error && <ErrorCard error={serving.error} />}
        {serving.state === 'on' && serving.url && <Addresses serving={serving} url={serving.url} />}
      </div>
      <Row name={t('serving.port')} hint={t('serving.portHint')}>
        <NumberInput
          label={t('serving.port')}
          value={serving.port}
          min={1024}
          max={65_535}
          onChange={(port) => void changeServing({ port })}
        />
      </Row>
      <Folders folders={serving.folders} />
    </div>
  );
}

/** What other programs need: the addresses and the token. */
function Addresses({ serving: { token }, url }: { serving: Serving; url: string }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  return (
    <dl className={styles.addresses} data-testid="serving-addresses">
      <Copied name={t('serving.openai')} value={`${url}/v1`} />
      <Copied name={t('serving.mcp')} value={`${url}/mcp`} />
      <Copied name={t('serving.token')} value={token} shown={shown ? token : '•'.repeat(24)}>
        <IconButton label={t(shown ? 'serving.hide' : 'serving.show')} onPress={() => setShown(!shown)}>
          {shown ? <EyeOff /> : <Eye />}
        </IconButton>
        <IconButton label={t('serving.renew')} tip={t('serving.renewHint')} onPress={() => void renewToken()}>
          <RotateCcw />
        </IconButton>
      </Copied>
    </dl>
  );
}

interface CopiedProps {
  name: string;
  value: string;
  /** Shown in place of the value. */
  shown?: string;
  children?: ReactNode;
}

const COPIED_MS = 1500;

function Copied({ name, value, shown = value, children }: CopiedProps) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <div className={styles.address}>
      <dt>{name}</dt>
      <dd className={styles.value}>{shown}</dd>
      <dd className={styles.buttons}>
        {children}
        <IconButton
          label={copied ? t('common.copied') : t('serving.copy', { name })}
          onPress={() => void navigator.clipboard.writeText(value).then(() => setCopied(true))}
        >
          {copied ? <Check /> : <Copy />}
        </IconButton>
      </dd>
    </div>
  );
}

function Folders({ folders }: { folders: readonly string[] }) {
  const { t } = useTranslation();
  return (
    <section className={styles.folders} aria-label={t('serving.folders')}>
      <Row name={t('serving.folders')} hint={t('serving.foldersHint')}>
        <Button onPress={() => void allowFolder()} data-testid="allow-folder">
          <FolderPlus aria-hidden />
          {t('serving.allow')}
        </Button>
      </Row>
      {folders.length > 0 && (
        <ul className={styles.list}>
          {folders.map((folder, index) => (
            <li key={folder}>
              <span className={styles.folder} title={folder}>
                {folder}
              </span>
              <IconButton label={t('serving.forbid', { folder })} onPress={() => void forbidFolder(index)}>
                <X />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
