import { errorIn, GAPS } from '../../../contract';
import { cueText } from '../../../sequence';
import { useLanguage } from '../../i18n';
import type { Subtitles } from './use-subtitles';
import styles from './SubtitleLine.module.css';

/** The words at the playhead, over the foot of the picture. Or why there are none. */
export function SubtitleLine({ subtitles, time }: { subtitles: Subtitles; time: number }) {
  const language = useLanguage();
  const { choice, cues, error } = subtitles;
  if (!choice.shown) return null;
  if (error) {
    const { message, advice } = errorIn(error, language);
    return (
      <p className={styles.error} role="status" data-testid="subtitle-error">
        {message + GAPS[language] + advice}
      </p>
    );
  }
  const text = cueText(cues, time);
  return text === '' ? null : (
    // Not read out as it changes: who listens hears the video, and the list of lines is there to read.
    <p className={styles.line} data-testid="subtitle" aria-hidden>
      <span>{text}</span>
    </p>
  );
}
