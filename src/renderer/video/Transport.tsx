import { ImagePlus, Pause, Play, SkipBack, SkipForward } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatTime, IconButton } from '../ui';
import type { Playback, PlaybackState } from './playback';
import styles from './Transport.module.css';

interface TransportProps {
  playback: Playback;
  state: PlaybackState;
  playable: boolean;
  duration: number;
  onTakeFrame: () => void;
}

export function Transport({ playback, state, playable, duration, onTakeFrame }: TransportProps) {
  const { t } = useTranslation();
  const { time, playing, rate } = state;
  return (
    <div className={styles.transport} role="group" aria-label={t('video.controls')}>
      <IconButton label={t('video.back')} keys="←" onPress={() => playback.stepFrames(-1)}>
        <SkipBack />
      </IconButton>
      <IconButton
        label={playing ? t('video.pause') : t('video.play')}
        keys={t('keys.space')}
        onPress={playback.togglePlay}
        isDisabled={!playable}
        className={styles.play}
      >
        {playing ? <Pause /> : <Play />}
      </IconButton>
      <IconButton label={t('video.forward')} keys="→" onPress={() => playback.stepFrames(1)}>
        <SkipForward />
      </IconButton>
      <IconButton label={t('video.takeFrame')} keys="C" onPress={onTakeFrame}>
        <ImagePlus />
      </IconButton>
      <span className={styles.clock}>
        <b>{formatTime(time)}</b>
        <span className={styles.length}> / {formatTime(duration)}</span>
        {rate !== 0 && rate !== 1 && <em> {rate}×</em>}
      </span>
    </div>
  );
}
