// SPDX-License-Identifier: Apache-2.0
import { Box, Film, Image, X } from 'lucide-react';
import { useState } from 'react';
import { Button, GridListItem } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { pictureUrl, thumbnailUrl, type Source } from '../../../contract';
import { locateSource, removeSources, useStore } from '../../state';
import { cx, formatBytes, IconButton } from '../../ui';
import styles from './SourceRow.module.css';

const SIGN = { video: Film, photo: Image, scene: Box } as const;

const folderName = (path: string): string => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

interface SourceRowProps {
  source: Source;
  active: boolean;
  /** Whether another file has the same name, so that the folder is shown as well. */
  isNamesake: boolean;
}

export function SourceRow({ source, active, isNamesake }: SourceRowProps) {
  const { t } = useTranslation();
  const { id, kind, name, folder, bytes, present } = source;
  const inTray = useStore((s) => s.project.tray.filter((item) => item.origin.source.id === id).length);
  const note = present
    ? [isNamesake ? folderName(folder) : '', formatBytes(bytes)].filter(Boolean).join(' · ')
    : t('library.missing');
  const Sign = SIGN[kind];
  return (
    <GridListItem
      id={id}
      textValue={[name, t(`kind.${kind}`), note, active ? t('library.shown') : ''].filter(Boolean).join(', ')}
      className={cx(styles.row, active && styles.active)}
      data-testid="source-item"
      data-source={id}
      data-active={active || undefined}
    >
      <div className={styles.main} title={folder ? `${name} — ${folder}` : name}>
        <Thumbnail source={source} />
        <span className={styles.words}>
          <span className={styles.name} dir="auto">
            {name}
          </span>
          <span className={cx(styles.note, !present && styles.missing)} dir="auto">
            <Sign aria-hidden />
            {note}
          </span>
        </span>
        {inTray > 0 && (
          <span className={styles.count} title={t('library.inTray', { count: inTray })}>
            {inTray}
          </span>
        )}
        <IconButton
          label={t('library.removeNamed', { name })}
          className={styles.remove}
          onPress={() => void removeSources([id])}
        >
          <X />
        </IconButton>
      </div>
      {!present && (
        <Button className={styles.locate ?? ''} onPress={() => void locateSource(id)}>
          {t('library.locate')}
        </Button>
      )}
    </GridListItem>
  );
}

/** What a file shows: of a scene, the first of its pictures in the tray. The sign of its kind if there is nothing. */
function Thumbnail({ source: { id, kind, present } }: { source: Source }) {
  const view = useStore((s) => s.project.tray.find(({ origin }) => origin.source.id === id));
  const [failed, setFailed] = useState<string | null>(null);
  const Sign = SIGN[kind];
  const url = kind !== 'scene' ? (present ? thumbnailUrl(id) : null) : view ? pictureUrl(view.picture) : null;
  return (
    <span className={styles.thumbnail}>
      <Sign aria-hidden />
      {url !== null && url !== failed && (
        <img src={url} alt="" loading="lazy" draggable={false} onError={() => setFailed(url)} />
      )}
    </span>
  );
}
