// SPDX-License-Identifier: Apache-2.0
import { ClipboardCopy, Download, FileImage, Grid3x3, Image, Layers, Video } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { copyFfmpegCommand, exportPictures, exportSheet, exportViews, useStore } from '../state';
import { IconButton, Menu, MenuItem, MenuLine } from '../ui';
import { ExportStatus } from './ExportStatus';

const QUALITIES = [95, 85, 70] as const;

/** The menu for exporting the tray's pictures, or the selected ones if there are several. */
export function ExportMenu() {
  const { t } = useTranslation();
  const busy = useStore((s) => s.exportJob !== null);
  const count = useStore((s) => (s.selected.size > 1 ? s.selected.size : s.project.tray.length));
  const some = useStore((s) => s.selected.size > 1);
  const frames = useStore((s) => s.project.tray.some(({ origin }) => origin.kind === 'frame'));
  const views = useStore(
    (s) =>
      s.project.tray.filter(({ id, origin }) => origin.kind === 'view' && (s.selected.size <= 1 || s.selected.has(id)))
        .length,
  );
  const pictures = t(some ? 'export.selected' : 'export.all', { count });
  return (
    <>
      <ExportStatus of="tray" />
      <Menu
        label={t('export.title')}
        trigger={
          <IconButton label={t('export.title')} isDisabled={count === 0 || busy}>
            <Download />
          </IconButton>
        }
      >
        <MenuItem icon={<Image />} note={pictures} onAction={() => void exportPictures({ kind: 'png' })}>
          {t('export.png')}
        </MenuItem>
        <>
          {QUALITIES.map((quality) => (
            <MenuItem
              key={quality}
              icon={<FileImage />}
              note={String(quality)}
              onAction={() => void exportPictures({ kind: 'jpeg', quality })}
            >
              {t(`export.jpeg${quality}`)}
            </MenuItem>
          ))}
        </>
        <MenuItem icon={<Grid3x3 />} onAction={() => void exportSheet()}>
          {t('export.sheet')}
        </MenuItem>
        <>
          {views > 0 && (
            <>
              <MenuLine />
              <MenuItem
                icon={<Video />}
                note={t('export.views', { count: views })}
                onAction={() => void exportViews(false)}
              >
                {t('export.cameras')}
              </MenuItem>
              <MenuItem
                icon={<Layers />}
                note={t('export.views', { count: views })}
                onAction={() => void exportViews(true)}
              >
                {t('export.passes')}
              </MenuItem>
            </>
          )}
        </>
        <MenuLine />
        <MenuItem icon={<ClipboardCopy />} isDisabled={!frames} onAction={() => void copyFfmpegCommand()}>
          {t('export.command')}
        </MenuItem>
      </Menu>
    </>
  );
}
