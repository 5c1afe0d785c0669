// SPDX-License-Identifier: Apache-2.0
import { errorIn, GAPS } from '../../../../contract';
import { cueText } from '../../../../sequence';
import { useLanguage } from '../../../i18n';
import type { Playback } from '../playback';
import { usePlayback } from '../use-playback';
import type { Subtitles } from './use-subtitles';
import styles from './SubtitleLine.module.css';

/** The subtitle at the playhead, at the bottom of the picture, or why there is none. */
export function SubtitleLine({ subtitles, playback }: { subtitles: Subtitles; playback: Playback }) {
  const language = useLanguage();
  const { choice, cues, error } = subtitles;
  const text = usePlayback(playback, ({ time }) => (choice.shown ? cueText(cues, time) : ''));
  if (!choice.shown) return null;
  if (error) {
    const { message, advice } = errorIn(error, language);
    return (
      <p className={styles.error} role="status" data-testid="subtitle-error">
        {message + GAPS[language] + advice}
      </p>
    );
  }
  return text === '' ? null : (
    // Hidden from screen readers as it changes: their users hear the video, and can read the list of cues.
    <p className={styles.line} data-testid="subtitle" aria-hidden>
      <span>{text}</span>
    </p>
  );
}
