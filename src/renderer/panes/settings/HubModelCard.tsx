// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { Download, FolderOpen, RefreshCw, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { CatalogModel, HubModel } from '../../../contract';
import { useLanguage } from '../../i18n';
import { HubProgress, PausedModel } from '../../models';
import { chooseHubModel, getHubModel, removeHubModel, showHubModel, updateHubModel, useStore } from '../../state';
import { Button, cx, formatBytes, IconButton, SureButton } from '../../ui';
import styles from './HubModels.module.css';

interface HubModelCardProps {
  repo: string;
  /** What the catalogue says of it. */
  entry?: CatalogModel;
  /** Absent if nothing of it is on this machine. */
  here?: HubModel | undefined;
}

/** A model: what it is good at and needs, and what can be done with it. */
export function HubModelCard({ repo, entry, here }: HubModelCardProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const downloaded = here?.commit ? here : undefined;
  const isInUse = useStore((s) => s.engine.state === 'ready' && isOf(s.engine.model.folder, repo, downloaded));
  const isJob = useStore((s) => s.hubJob?.repo === repo);
  const anyJob = useStore((s) => s.hubJob !== null);
  const news = useStore((s) => s.hubNews);
  const begun = here?.begun ?? null;
  const memory = entry?.memory[entry.usual];
  return (
    <li
      className={cx(styles.model, entry?.fits === 'no' && styles.unfit)}
      data-testid={here ? 'hub-model' : 'hub-entry'}
    >
      <div className={styles.words}>
        <p className={styles.name} title={repo}>
          {entry?.title ?? repo}
          {entry?.recommended && <span className={styles.badge}>{t('hub.suggested')}</span>}
          {isInUse && <span className={styles.badge}>{t('hub.inUse')}</span>}
        </p>
        {entry && <p className={styles.good}>{entry.good[language]}</p>}
        {entry && <p className={styles.facts}>{t(`hub.uses.${entry.use}`, { license: entry.license })}</p>}
        {!isJob && (downloaded || entry) && (
          <p className={styles.facts}>
            {downloaded || !entry
              ? formatBytes(downloaded?.bytes ?? 0)
              : t('hub.sizes', {
                  download: formatBytes(entry.download),
                  disk: formatBytes(entry.disk),
                  memory: formatBytes(memory ?? 0),
                })}
          </p>
        )}
        {entry && entry.fits !== 'well' && <p className={styles.warning}>{t(`hub.fits.${entry.fits}`)}</p>}
        {news?.repo === repo && (
          <p className={styles.facts} role="status">
            {t(news.isNew ? 'hub.updated' : 'hub.upToDate')}
          </p>
        )}
        {isJob && <HubProgress />}
      </div>
      {!isJob &&
        (downloaded ? (
          <Downloaded model={downloaded} isInUse={isInUse} />
        ) : begun ? null : (
          <Button
            size="small"
            tone={entry?.recommended ? 'accent' : 'plain'}
            isDisabled={anyJob}
            onPress={() => void getHubModel(repo)}
            aria-label={t('hub.getNamed', { repo })}
          >
            <Download aria-hidden />
            {t('hub.get')}
          </Button>
        ))}
      {!isJob && begun && (
        <div className={styles.below}>
          <PausedModel repo={repo} begun={begun} isUpdate={downloaded !== undefined} />
        </div>
      )}
    </li>
  );
}

function Downloaded({ model: { repo, bytes }, isInUse }: { model: HubModel; isInUse: boolean }) {
  const { t } = useTranslation();
  const anyJob = useStore((s) => s.hubJob !== null);
  const [busy, setBusy] = useState(false);
  const use = () => {
    setBusy(true);
    void chooseHubModel(repo).finally(() => setBusy(false));
  };
  return (
    <div className={styles.actions}>
      {!isInUse && (
        <Button size="small" isDisabled={busy} onPress={use} aria-label={t('hub.useNamed', { repo })}>
          {t('hub.use')}
        </Button>
      )}
      <IconButton label={t('hub.update', { repo })} isDisabled={anyJob} onPress={() => void updateHubModel(repo)}>
        <RefreshCw aria-hidden />
      </IconButton>
      <IconButton label={t('hub.show', { repo })} onPress={() => void showHubModel(repo)}>
        <FolderOpen aria-hidden />
      </IconButton>
      <SureButton
        label={t('hub.removeNamed', { repo })}
        sure={t('hub.removeSure', { size: formatBytes(bytes) })}
        icon={<Trash2 aria-hidden />}
        onSure={() => void removeHubModel(repo)}
      >
        {t('hub.remove')}
      </SureButton>
    </div>
  );
}

/** Whether a folder is the downloaded version of the repository in the cache. */
const isOf = (folder: string, repo: string, downloaded: HubModel | undefined): boolean =>
  downloaded?.commit != null &&
  folder.includes(`models--${repo.replace('/', '--')}`) &&
  folder.includes(downloaded.commit);
