// SPDX-License-Identifier: Apache-2.0
import { Gauge, Maximize, Volume1, Volume2, VolumeX } from 'lucide-react';
import { Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { useKey } from '../../keys';
import { IconButton, Menu, MenuItem, Range } from '../../ui';
import { SPEEDS, type Playback } from './playback';
import { usePlayback } from './use-playback';
import styles from './PlayerOptions.module.css';

interface PlayerOptionsProps {
  playback: Playback;
  hasAudio: boolean;
  onFullScreen: () => void;
}

/** The player's options: speed, volume, full screen. */
export function PlayerOptions({ playback, hasAudio, onFullScreen }: PlayerOptionsProps) {
  const { t } = useTranslation();
  const speed = usePlayback(playback, (state) => state.speed);
  const volume = usePlayback(playback, (state) => state.volume);
  const muted = usePlayback(playback, (state) => state.muted);
  const mute = useKey('mute');
  const percent = Math.round((muted ? 0 : volume) * 100);
  const Loud = muted || volume === 0 ? VolumeX : volume < 0.5 ? Volume1 : Volume2;
  return (
    <span className={styles.options}>
      <Menu
        label={t('video.speed')}
        trigger={
          <IconButton
            label={t('video.speedNow', { speed })}
            keys={[useKey('slower'), useKey('faster')].filter(Boolean).join(' ')}
            className={speed === 1 ? undefined : styles.fast}
            data-testid="speed"
          >
            <Gauge />
          </IconButton>
        }
      >
        <>
          {SPEEDS.map((choice) => (
            <MenuItem key={choice} note={choice === speed ? '✓' : undefined} onAction={() => playback.setSpeed(choice)}>
              {`${choice}×`}
            </MenuItem>
          ))}
        </>
      </Menu>
      {hasAudio && (
        <DialogTrigger>
          <IconButton label={t('video.volumeNow', { percent })} data-testid="volume">
            <Loud />
          </IconButton>
          <Popover placement="top" offset={6} className={styles.popover ?? ''}>
            <Dialog aria-label={t('video.volume')} className={styles.dialog ?? ''}>
              <IconButton
                label={t(muted ? 'video.unmute' : 'video.mute')}
                keys={mute}
                pressed={muted}
                onPress={playback.toggleMute}
              >
                <VolumeX />
              </IconButton>
              <Range
                label={t('video.volume')}
                value={percent}
                min={0}
                max={100}
                step={5}
                from={0}
                onChange={(value) => playback.setVolume(value / 100)}
                className={styles.slider}
              />
              <span className={styles.percent}>{percent}%</span>
            </Dialog>
          </Popover>
        </DialogTrigger>
      )}
      <IconButton label={t('video.fullScreen')} keys={useKey('fullScreen')} onPress={onFullScreen}>
        <Maximize />
      </IconButton>
    </span>
  );
}
