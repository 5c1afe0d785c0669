// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { errorIn, GAPS, pictureUrl, type Source } from '../../../contract';
import { useLanguage } from '../../i18n';
import { useStore } from '../../state';
import { Button, formatTime, Meter } from '../../ui';
import { nearest } from './timeline';
import type { Preview } from './use-preview';
import styles from './StillScreen.module.css';

interface StillScreenProps {
  source: Source;
  time: number;
  preview: Preview;
}

/** Shown while there is no player: the frame in the tray nearest to the playhead, and the progress of the preview. */
export function StillScreen({ source, time, preview }: StillScreenProps) {
  const { t } = useTranslation();
  const tray = useStore((s) => s.project.tray);
  const frames = tray.flatMap(({ origin, picture }) =>
    origin.kind === 'frame' && origin.source.id === source.id ? [{ time: origin.time, picture }] : [],
  );
  const still = nearest(frames, time);
  const { progress, error, stopped } = preview;
  const language = useLanguage();
  const why = error && errorIn(error, language);
  const percent = progress && progress.total > 0 ? Math.floor((progress.done / progress.total) * 100) : null;
  return (
    <div className={styles.screen}>
      {still && (
        <img
          className={styles.still}
          src={pictureUrl(still.picture)}
          alt={t('video.still', { time: formatTime(still.time) })}
          draggable={false}
        />
      )}
      {progress ? (
        <div className={styles.making} data-testid="preview-progress">
          <p role="status">{t('video.previewMaking')}</p>
          <div className={styles.measure}>
            <Meter label={t('video.previewMaking')} done={progress.done} total={progress.total} />
            <span className={styles.percent}>{percent === null ? '' : `${percent}%`}</span>
            <Button size="small" tone="ghost" onPress={preview.stop}>
              {t('common.cancel')}
            </Button>
          </div>
        </div>
      ) : (
        <div className={styles.making}>
          <p role="status" data-testid="unplayable">
            {why
              ? why.message + GAPS[language] + why.advice
              : still
                ? t('video.unplayableShown', { time: formatTime(still.time) })
                : t('video.unplayable')}
          </p>
          {(stopped || error) && (
            <Button size="small" onPress={preview.retry}>
              {t('video.previewMake')}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
