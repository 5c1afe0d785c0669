// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { errorIn, GAPS, TextEncodingName } from '../../../../contract';
import { useLanguage } from '../../../i18n';
import { Choice, Dialog, formatTime } from '../../../ui';
import type { Subtitles } from './use-subtitles';
import styles from './SubtitleList.module.css';

interface SubtitleListProps {
  subtitles: Subtitles;
  onSeek: (time: number) => void;
  onClose: () => void;
}

/** All cues with their times (choosing one seeks to it), and the encoding in which the file is read. */
export function SubtitleList({ subtitles, onSeek, onClose }: SubtitleListProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { track, choice, cues, encoding, error, choose } = subtitles;
  const nameOf = (name: TextEncodingName): string => t(`subtitles.encodings.${name}`);
  const automatic =
    choice.encoding === null && encoding
      ? t('subtitles.looksLike', { encoding: nameOf(encoding.name) })
      : t('subtitles.automatic');
  const reason = error && errorIn(error, language);
  return (
    <Dialog title={t('subtitles.title')} open onClose={onClose} testId="subtitle-list">
      {track !== null && track.place !== 'inside' && (
        <div className={styles.encoding}>
          <span>{t('subtitles.encoding')}</span>
          <Choice
            label={t('subtitles.encoding')}
            value={choice.encoding ?? 'automatic'}
            options={[
              { value: 'automatic', label: automatic },
              ...TextEncodingName.options.map((name) => ({ value: name, label: nameOf(name) })),
            ]}
            onChange={(value) => choose({ encoding: value === 'automatic' ? null : value })}
          />
          {encoding?.guessed === true && <span className={styles.hint}>{t('subtitles.guessedHint')}</span>}
        </div>
      )}
      {reason && <p className={styles.hint}>{reason.message + GAPS[language] + reason.advice}</p>}
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
