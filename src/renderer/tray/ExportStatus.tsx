// SPDX-License-Identifier: Apache-2.0
import { useEffect } from 'react';
import { Check, FolderSearch, X } from 'lucide-react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { forgetExported, showExported, useStore, type AppStore, type Exported } from '../state';
import { formatTime, IconButton, Meter } from '../ui';
import styles from './ExportStatus.module.css';

const SHOWN_MS = 12_000;

const TEST_IDS = { tray: 'exported', chat: 'chat-exported', project: 'project-exported' };

function doneWords({ unit, done, total }: NonNullable<AppStore['exportJob']>, t: TFunction): string {
  if (unit === 'bytes') return t('export.copying', { done: megabytes(done), total: megabytes(total) });
  if (unit === 'seconds') return t('export.writing', { done: formatTime(done), total: formatTime(total) });
  return t('export.writing', { done, total });
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 1e6);

/** Progress of an export, with a button to stop it; afterwards, for a while, what was written. */
export function ExportStatus({ of }: { of: Exported['of'] }) {
  const { t } = useTranslation();
  const job = useStore((s) => (s.exportJob?.of === of ? s.exportJob : null));
  const platform = useStore((s) => s.platform);
  const exported = useStore((s) => (s.exported?.of === of ? s.exported : null));
  useEffect(() => {
    if (!exported) return undefined;
    const timer = setTimeout(forgetExported, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [exported]);
  if (job) {
    return (
      <span className={styles.job} role="status" data-testid="export-progress">
        <span className={styles.words}>{doneWords(job, t)}</span>
        <span className={styles.meter}>
          <Meter label={t('export.title')} done={job.done} total={job.total} />
        </span>
        <IconButton label={t('common.cancel')} onPress={job.cancel}>
          <X />
        </IconButton>
      </span>
    );
  }
  return (
    <span className={styles.words} role="status" data-testid={TEST_IDS[of]}>
      {exported && (
        <>
          <Check aria-hidden />
          {t(`export.done.${exported.what}`, { ...exported, context: platform })}
          {exported.place !== '' && (
            <IconButton label={t('export.show')} onPress={() => void showExported()}>
              <FolderSearch />
            </IconButton>
          )}
        </>
      )}
    </span>
  );
}
