import { useTranslation } from 'react-i18next';
import type { Cue } from '../../../contract';
import { Dialog, formatTime } from '../../ui';
import styles from './SubtitleList.module.css';

interface SubtitleListProps {
  cues: readonly Cue[];
  onSeek: (time: number) => void;
  onClose: () => void;
}

/** Every line with its time; choosing one goes there. */
export function SubtitleList({ cues, onSeek, onClose }: SubtitleListProps) {
  const { t } = useTranslation();
  return (
    <Dialog title={t('subtitles.title')} open onClose={onClose} testId="subtitle-list">
      <ol className={styles.list}>
        {cues.map(({ start, text }, k) => (
          <li key={k}>
            <button
              type="button"
              className={styles.cue}
              onClick={() => {
                onSeek(start);
                onClose();
              }}
            >
              <time className={styles.time}>{formatTime(start)}</time>
              <span className={styles.text}>{text}</span>
            </button>
          </li>
        ))}
      </ol>
    </Dialog>
  );
}
