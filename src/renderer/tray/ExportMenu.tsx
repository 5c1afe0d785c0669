import { useEffect } from 'react';
import { Check, ClipboardCopy, Download, FileImage, Grid3x3, Image, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { copyFfmpegCommand, exportPictures, exportSheet, forgetExported, useStore } from '../state';
import { IconButton, Menu, MenuItem, MenuLine, Meter } from '../ui';
import styles from './ExportMenu.module.css';

const SHOWN_MS = 6000;
const QUALITIES = [95, 85, 70] as const;

/** Ways out for the tray's pictures (or several selected ones), and how far one is. */
export function ExportMenu() {
  const { t } = useTranslation();
  const job = useStore((s) => s.exportJob);
  const count = useStore((s) => (s.selected.size > 1 ? s.selected.size : s.project.tray.length));
  const some = useStore((s) => s.selected.size > 1);
  const frames = useStore((s) => s.project.tray.some(({ origin }) => origin.kind === 'frame'));
  const pictures = t(some ? 'export.selected' : 'export.all', { count });
  if (job) {
    return (
      <span className={styles.job} role="status" data-testid="export-progress">
        <span className={styles.words}>{t('export.writing', { done: job.done, total: job.total })}</span>
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
    <>
      <Exported />
      <Menu
        label={t('export.title')}
        trigger={
          <IconButton label={t('export.title')} isDisabled={count === 0}>
            <Download />
          </IconButton>
        }
      >
        <MenuItem icon={<Image />} note={pictures} onAction={() => void exportPictures({ kind: 'png' })}>
          {t('export.png')}
        </MenuItem>
        <>
          {QUALITIES.map((quality) => (
            <MenuItem key={quality} icon={<FileImage />} note={String(quality)} onAction={() => void exportPictures({ kind: 'jpeg', quality })}>
              {t(`export.jpeg${quality}`)}
            </MenuItem>
          ))}
        </>
        <MenuItem icon={<Grid3x3 />} onAction={() => void exportSheet()}>
          {t('export.sheet')}
        </MenuItem>
        <MenuLine />
        <MenuItem icon={<ClipboardCopy />} isDisabled={!frames} onAction={() => void copyFfmpegCommand()}>
          {t('export.command')}
        </MenuItem>
      </Menu>
    </>
  );
}

/** What was written, for a while. */
function Exported() {
  const { t } = useTranslation();
  const exported = useStore((s) => s.exported);
  useEffect(() => {
    if (!exported) return undefined;
    const timer = setTimeout(forgetExported, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [exported]);
  return (
    <span className={styles.words} role="status" data-testid="exported">
      {exported && (
        <>
          <Check aria-hidden />
          {t(`export.done.${exported.what}`, { count: exported.count, place: exported.place })}
        </>
      )}
    </span>
  );
}
