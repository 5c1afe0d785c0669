// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from 'react';
import { DatabaseBackup, RotateCcw } from 'lucide-react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { BackupInfo, Language } from '../../../contract';
import { useLanguage } from '../../i18n';
import { listBackups, makeBackup, restoreBackup, useStore } from '../../state';
import { Button, formatBytes, formatDate } from '../../ui';
import styles from './LibrarySection.module.css';
import section from './ModelSection.module.css';

/** The backups of the library: what each contains, and a button to restore it. */
export function LibrarySection() {
  const { t } = useTranslation();
  const language = useLanguage();
  const keeps = useStore((s) => s.keeps);
  const [backups, setBackups] = useState<readonly BackupInfo[] | null>(null);
  const busy = useRef(false); // a ref, because a button that becomes disabled would lose the focus
  const [restored, setRestored] = useState<BackupInfo | null>(null);

  useEffect(() => {
    let here = true;
    void listBackups().then((found) => here && setBackups(found ?? []));
    return () => void (here = false);
  }, []);

  const during = (job: () => Promise<void>) => () => {
    if (busy.current) return;
    busy.current = true;
    void job().finally(() => (busy.current = false));
  };
  const backUp = during(async () => {
    const found = await makeBackup();
    if (found) setBackups(found);
  });
  const restore = (backup: BackupInfo) =>
    during(async () => {
      if (!(await restoreBackup(backup.name))) return;
      setRestored(backup);
      setBackups((await listBackups()) ?? []);
    });

  return (
    <div className={section.section}>
      <p className={section.lead}>{t('backup.lead')}</p>
      {!keeps && <p className={styles.warning}>{t('backup.notKept')}</p>}
      <div className={section.actions}>
        <Button isDisabled={!keeps} onPress={backUp} data-testid="backup-now">
          <DatabaseBackup aria-hidden />
          {t('backup.now')}
        </Button>
      </div>
      <p role="status" className={styles.said}>
        {restored && t('backup.restored', { date: formatDate(restored.at, language) })}
      </p>
      {backups?.length === 0 && <p className={section.lead}>{t('backup.none')}</p>}
      {backups !== null && backups.length > 0 && (
        <ul className={styles.list} aria-label={t('backup.list')}>
          {backups.map((backup) => (
            <li key={backup.name} className={styles.backup} data-testid="backup">
              <div className={styles.words}>
                <p>
                  {formatDate(backup.at, language)}{' '}
                  <span className={styles.reason}>{t(`backup.reason.${backup.reason}`)}</span>
                </p>
                <p className={styles.holds}>{holds(backup, t, language)}</p>
              </div>
              <Button
                size="small"
                isDisabled={!keeps || backup.contents === null}
                onPress={restore(backup)}
                aria-label={t('backup.restoreNamed', { date: formatDate(backup.at, language) })}
              >
                <RotateCcw aria-hidden />
                {t('backup.restore')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

const NAMED = 3;

function holds({ contents, bytes }: BackupInfo, t: TFunction, language: Language): string {
  if (contents === null) return t('backup.unreadable');
  const { projects, questions } = contents;
  const names = projects.slice(0, NAMED).map((name) => name || t('app.untitled'));
  const all = new Intl.ListFormat(language, { type: 'unit' }).format(
    projects.length > NAMED ? [...names, t('backup.more', { count: projects.length - NAMED })] : names,
  );
  return [all, t('backup.questions', { count: questions }), formatBytes(bytes)].join(' · ');
}
