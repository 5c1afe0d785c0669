import { ImagePlus, Pause, Play, SkipBack, SkipForward } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useKey } from '../keys';
import { formatTime, IconButton } from '../ui';
import type { Playback, PlaybackState } from './playback';
import { PlayerOptions } from './PlayerOptions';
import styles from './Transport.module.css';

interface TransportProps {
  playback: Playback;
  state: PlaybackState;
  playable: boolean;
  duration: number;
  hasAudio: boolean;
  onTakeFrame: () => void;
  onFullScreen: () => void;
}

export function Transport({ playback, state, playable, duration, hasAudio, onTakeFrame, onFullScreen }: TransportProps) {
  const { t } = useTranslation();
  const { time, playing, rate } = state;
  return (
    <div className={styles.transport} role="group" aria-label={t('video.controls')}>
      <IconButton label={t('video.back')} keys={useKey('back')} onPress={() => playback.stepFrames(-1)}>
        <SkipBack />
      </IconButton>
      <IconButton
        label={playing ? t('video.pause') : t('video.play')}
        keys={useKey('play')}
        onPress={playback.togglePlay}
        isDisabled={!playable}
        className={styles.play}
      >
        {playing ? <Pause /> : <Play />}
      </IconButton>
      <IconButton label={t('video.forward')} keys={useKey('forward')} onPress={() => playback.stepFrames(1)}>
        <SkipForward />
      </IconButton>
      <IconButton label={t('video.takeFrame')} keys={useKey('take')} onPress={onTakeFrame}>
        <ImagePlus />
      </IconButton>
      {playable && <PlayerOptions playback={playback} state={state} hasAudio={hasAudio} onFullScreen={onFullScreen} />}
      <span className={styles.clock}>
        <b>{formatTime(time)}</b>
        <span className={styles.length}> / {formatTime(duration)}</span>
        {rate !== 0 && rate !== 1 && <em> {rate}×</em>}
      </span>
    </div>
  );
}
