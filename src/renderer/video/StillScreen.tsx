import { useTranslation } from 'react-i18next';
import { pictureUrl, type Source } from '../../contract';
import { useStore } from '../state';
import { formatTime } from '../ui';
import { nearest } from './timeline';
import styles from './StillScreen.module.css';

/** What stands in for a player when the page cannot play the file: the tray's frame nearest to the playhead. */
export function StillScreen({ source, time }: { source: Source; time: number }) {
  const { t } = useTranslation();
  const tray = useStore((s) => s.project.tray);
  const frames = tray.flatMap(({ origin, picture }) =>
    origin.kind === 'frame' && origin.source.id === source.id ? [{ time: origin.time, picture }] : [],
  );
  const still = nearest(frames, time);
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
      <p className={styles.words} role="status" data-testid="unplayable">
        {still ? t('video.unplayableShown', { time: formatTime(still.time) }) : t('video.unplayable')}
      </p>
    </div>
  );
}
