// SPDX-License-Identifier: Apache-2.0
import { Box, Film, Image, X } from 'lucide-react';
import { Button, TooltipTrigger } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { Source } from '../../../contract';
import { activateSource, locateSource, removeSource, useStore } from '../../state';
import { cx, formatBytes, IconButton, Tip } from '../../ui';
import styles from './SourceRow.module.css';

const SIGN = { video: Film, photo: Image, scene: Box } as const;

export function SourceRow({ source, active }: { source: Source; active: boolean }) {
  const { t } = useTranslation();
  const inTray = useStore((s) => s.project.tray.filter((item) => item.origin.source.id === source.id).length);
  const Sign = SIGN[source.kind];
  return (
    <li className={cx(styles.row, active && styles.active)} data-testid="source-item" data-source={source.id}>
      <TooltipTrigger delay={700} closeDelay={0}>
        <Button
          className={styles.main ?? ''}
          aria-current={active ? 'true' : undefined}
          onPress={() => void activateSource(source.id)}
        >
          <Sign aria-hidden />
          <span className={styles.words}>
            <span className={styles.name} dir="auto">
              {source.name}
            </span>
            <span className={cx(styles.note, !source.present && styles.missing)}>
              {source.present ? t(`kind.${source.kind}`) : t('library.missing')}
              {source.present && ` · ${formatBytes(source.bytes)}`}
            </span>
          </span>
          {inTray > 0 && (
            <span className={styles.count} title={t('library.inTray', { count: inTray })}>
              {inTray}
            </span>
          )}
        </Button>
        <Tip label={source.folder ? `${source.name} — ${source.folder}` : source.name} />
      </TooltipTrigger>
      <IconButton
        label={t('library.removeNamed', { name: source.name })}
        className={styles.remove}
        onPress={() => void removeSource(source.id)}
      >
        <X />
      </IconButton>
      {!source.present && (
        <Button className={styles.locate ?? ''} onPress={() => void locateSource(source.id)}>
          {t('library.locate')}
        </Button>
      )}
    </li>
  );
}
