// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from 'react';
import { Download, Pause, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { HubModel } from '../../../contract';
import { useLanguage } from '../../i18n';
import { getHubModel, pauseHubModel, readHubModels, removeHubModel, chooseHubModel, useStore } from '../../state';
import { Button, ErrorCard, formatBytes, formatDuration, Meter } from '../../ui';
import { TextInput } from './servers';
import styles from './HubModels.module.css';

/** A model that answers about real footage and runs here, offered until another is named. */
const SUGGESTED = 'llava-hf/llava-interleave-qwen-0.5b-hf';

/** Models of the hub: a field to download one, the download in progress, and what has been downloaded. */
export function HubModels() {
  const { t } = useTranslation();
  const models = useStore((s) => s.hubModels);
  const job = useStore((s) => s.hubJob);
  const error = useStore((s) => s.hubError);
  const [text, setText] = useState(SUGGESTED);
  useEffect(() => void readHubModels(), []);
  const repo = text.trim();
  const start = () => repo !== '' && !job && void getHubModel(repo);
  return (
    <section className={styles.hub} aria-label={t('hub.title')}>
      <h3 className={styles.title}>{t('hub.title')}</h3>
      <p className={styles.lead}>{t('hub.lead')}</p>
      <div
        className={styles.form}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
          event.preventDefault();
          start();
        }}
      >
        <TextInput
          label={t('hub.name')}
          value={text}
          onChange={setText}
          maxLength={200}
          className={styles.input}
          testId="hub-name"
        />
        <Button isDisabled={repo === '' || job !== null} onPress={start} data-testid="hub-get">
          <Download aria-hidden />
          {t('hub.get')}
        </Button>
      </div>
      {job && <Job />}
      {error && <ErrorCard error={error} />}
      {models.length > 0 && (
        <ul className={styles.list} aria-label={t('hub.downloaded')}>
          {models.map((model) => (
            <Downloaded key={model.repo} model={model} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Job() {
  const { t } = useTranslation();
  const language = useLanguage();
  const job = useStore((s) => s.hubJob);
  if (!job) return null;
  const { repo, facts, progress, rate } = job;
  const { done = 0, total = 0 } = progress ?? {};
  const words = [
    t('hub.of', { done: formatBytes(done), total: formatBytes(total) }),
    ...(rate > 0
      ? [
          t('hub.rate', { rate: formatBytes(rate) }),
          t('hub.left', { time: formatDuration((1000 * (total - done)) / rate, language) }),
        ]
      : []),
  ];
  return (
    <div className={styles.job} data-testid="hub-job">
      <div className={styles.words}>
        <p className={styles.name}>{repo}</p>
        <p className={styles.facts} role="status">
          {total > 0 ? words.join(' · ') : t('hub.asking')}
        </p>
        <Meter label={t('hub.downloading', { repo })} done={done} total={total} />
        {facts && <p className={styles.facts}>{t('hub.license', { license: facts.license ?? t('hub.noLicense') })}</p>}
      </div>
      <Button size="small" onPress={pauseHubModel} data-testid="hub-pause">
        <Pause aria-hidden />
        {t('hub.pause')}
      </Button>
    </div>
  );
}

function Downloaded({ model: { repo, bytes } }: { model: HubModel }) {
  const { t } = useTranslation();
  const [isSure, setSure] = useState(false);
  const [busy, setBusy] = useState(false);
  const use = () => {
    setBusy(true);
    void chooseHubModel(repo).finally(() => setBusy(false));
  };
  return (
    <li className={styles.model} data-testid="hub-model">
      <div className={styles.words}>
        <p className={styles.name} title={repo}>
          {repo}
        </p>
        <p className={styles.facts}>{formatBytes(bytes)}</p>
      </div>
      <Button size="small" isDisabled={busy} onPress={use} aria-label={t('hub.useNamed', { repo })}>
        {t('hub.use')}
      </Button>
      <Button
        size="small"
        tone={isSure ? 'accent' : 'ghost'}
        aria-label={t(isSure ? 'hub.removeSure' : 'hub.removeNamed', { repo, size: formatBytes(bytes) })}
        onPress={() => (isSure ? void removeHubModel(repo) : setSure(true))}
        onBlur={() => setSure(false)}
      >
        <Trash2 aria-hidden />
        {isSure ? t('hub.removeSure', { size: formatBytes(bytes) }) : t('hub.remove')}
      </Button>
    </li>
  );
}
