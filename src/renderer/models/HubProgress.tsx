// SPDX-License-Identifier: Apache-2.0
import { Pause } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../i18n';
import { pauseHubModel, useStore } from '../state';
import { Button, formatBytes, formatDuration, Meter } from '../ui';
import styles from './HubProgress.module.css';

/** The download in progress, with its rate and a button to pause it; nothing without one. */
export function HubProgress() {
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
