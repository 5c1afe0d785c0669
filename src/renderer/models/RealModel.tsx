// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from 'react';
import { Download, Play, Server } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../i18n';
import { chooseHubModel, getHubModel, openDialog, readHubModels, useStore } from '../state';
import { Button, ErrorCard, formatBytes } from '../ui';
import { HubProgress } from './HubProgress';
import { PausedModel } from './PausedModel';
import styles from './RealModel.module.css';

/** Ways to a model that knows more than the bundled one; nothing while another model answers. */
export function RealModel() {
  const { t } = useTranslation();
  const language = useLanguage();
  const isStarter = useStore((s) => s.project.model === null && s.engine.state === 'ready' && s.engine.model.bundled);
  const best = useStore((s) => s.catalog.find(({ recommended }) => recommended));
  const here = useStore((s) => s.hubModels.find(({ repo }) => repo === best?.repo));
  const isThere = here?.commit != null;
  const job = useStore((s) => s.hubJob);
  const error = useStore((s) => s.hubError);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (isStarter) void readHubModels();
  }, [isStarter]);
  if (!isStarter) return null;
  const use = (repo: string) => {
    setBusy(true);
    void chooseHubModel(repo).finally(() => setBusy(false));
  };
  return (
    <div className={styles.ways} data-testid="real-model">
      <p>{t('models.real')}</p>
      {best && (
        <p className={styles.best}>
          <b>{best.title}</b> {best.good[language]}{' '}
          <span className={styles.terms}>
            {t('models.realTerms', {
              download: formatBytes(best.download),
              license: t(`hub.uses.${best.use}`, { license: best.license }),
            })}
          </span>
        </p>
      )}
      {!job && best && here?.begun && !isThere && <PausedModel repo={best.repo} begun={here.begun} />}
      {job ? (
        <HubProgress />
      ) : (
        <div className={styles.buttons}>
          {best && (isThere || !here) && (
            <Button
              size="small"
              tone="accent"
              isDisabled={busy}
              onPress={() => (isThere ? use(best.repo) : void getHubModel(best.repo))}
              data-testid="real-get"
            >
              {isThere ? <Play aria-hidden /> : <Download aria-hidden />}
              {t(isThere ? 'models.realUse' : 'models.realDownload', { title: best.title })}
            </Button>
          )}
          <Button size="small" onPress={() => openDialog({ kind: 'settings', section: 'model' })}>
            {t('models.realOthers')}
          </Button>
          <Button size="small" onPress={() => openDialog({ kind: 'settings', section: 'servers' })}>
            <Server aria-hidden />
            {t('models.realServer')}
          </Button>
        </div>
      )}
      {error && <ErrorCard error={error} />}
    </div>
  );
}
