// SPDX-License-Identifier: Apache-2.0
import { ImagePlus, Pause, Play, SkipBack, SkipForward } from 'lucide-react';
import { Button as AriaButton, TooltipTrigger } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { useRef } from 'react';
import { useKey } from '../../keys';
import { formatTime, IconButton, TimeField, Tip } from '../../ui';
import type { Playback } from './playback';
import { PlayerOptions } from './PlayerOptions';
import { usePlayback, usePlayhead } from './use-playback';
import styles from './Transport.module.css';

interface TransportProps {
  playback: Playback;
  playable: boolean;
  duration: number;
  hasAudio: boolean;
  onTakeFrame: () => void;
  onFullScreen: () => void;
  /** Whether a time is typed, in place of the clock. */
  isTyping: boolean;
  onTyping: (typing: boolean) => void;
  onGoTo: (time: number) => void;
  /** The time of a frame by its number from 0, in seconds. */
  frameTime: (index: number) => number | undefined;
}

export function Transport({ playback, playable, duration, hasAudio, onTakeFrame, ...rest }: TransportProps) {
  const { onFullScreen, isTyping, onTyping, onGoTo, frameTime } = rest;
  const { t } = useTranslation();
  const playing = usePlayback(playback, (state) => state.playing);
  const rate = usePlayback(playback, (state) => state.rate);
  const goToKey = useKey('goTo');
  const clock = useRef<HTMLElement>(null);
  usePlayhead(playback, (time) => clock.current && (clock.current.textContent = formatTime(time)));
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
      {playable && <PlayerOptions playback={playback} hasAudio={hasAudio} onFullScreen={onFullScreen} />}
      <span className={styles.clock}>
        {isTyping ? (
          <TimeField
            ref={(field) => field?.focus()}
            label={t('video.goTo')}
            title={t('video.goToHow')}
            value={playback.state().time}
            duration={duration}
            now={() => playback.state().time}
            frameTime={frameTime}
            onTime={onGoTo}
            onDone={() => onTyping(false)}
          />
        ) : (
          <TooltipTrigger delay={500} closeDelay={0}>
            <AriaButton className={styles.now ?? ''} onPress={() => onTyping(true)} data-testid="clock">
              <b ref={clock} />
            </AriaButton>
            <Tip label={t('video.goTo')} keys={goToKey} />
          </TooltipTrigger>
        )}
        <span className={styles.length}> / {formatTime(duration)}</span>
        {rate !== 0 && rate !== 1 && <em> {rate}×</em>}
      </span>
    </div>
  );
}
