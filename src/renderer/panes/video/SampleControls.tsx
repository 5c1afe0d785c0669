// SPDX-License-Identifier: Apache-2.0
import { ChevronDown, Clapperboard, ClipboardCopy, Film, Image, KeyRound, ListPlus, Timer, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { SamplingPlan, Source } from '../../../contract';
import { useKey } from '../../keys';
import {
  changeSettings,
  chosenRanges,
  copyFfmpegCommand,
  evenPlan,
  exportPictures,
  sample,
  useStore,
} from '../../state';
import { Button, IconButton, Menu, MenuItem, MenuLine, Meter, NumberInput } from '../../ui';
import styles from './SampleControls.module.css';

const MOST = 128;
/** Frames per second. */
const RATES = [
  ['half', 2],
  ['one', 1],
  ['five', 1 / 5],
  ['minute', 1 / 60],
] as const;

interface SampleControlsProps {
  source: Source;
  disabled: boolean;
  /** While two takes are compared, the main button samples pairs, and sampling this one alone is secondary. */
  comparing: boolean;
  /** Proposes more frames around the playhead. */
  onDenser: () => void;
}

/** The number of frames, the button that samples them, and other ways to choose frames. */
export function SampleControls({ source, disabled, comparing, onDenser }: SampleControlsProps) {
  const { t } = useTranslation();
  const count = useStore((s) => s.settings.frameCount);
  const tone = comparing ? 'plain' : 'accent';
  const denserKey = useKey('denser');
  const cap = Math.max(count, 16);
  const tray = useStore((s) => s.project.tray);
  const taken = tray.filter(({ origin }) => origin.kind === 'frame' && origin.source.id === source.id);
  const job = useStore((s) => s.sampleJob);

  if (job) {
    const { done = 0, total = 0 } = job.progress ?? {};
    const words =
      job.progress?.step === 'index'
        ? t('video.reading')
        : job.progress?.step === 'decode'
          ? t('video.lookingForScenes')
          : total > 0
            ? t('video.taking', { done, total })
            : t('video.choosing');
    return (
      <div className={styles.job} role="status" data-testid="sample-progress" data-focus-home>
        <span className={styles.words}>{words}</span>
        <span className={styles.meter}>
          <Meter label={words} done={done} total={total} />
        </span>
        <IconButton label={t('common.cancel')} onPress={job.cancel}>
          <X />
        </IconButton>
      </div>
    );
  }

  const take = (plan: SamplingPlan) => void sample(source.id, { ...plan, ...chosenRanges(source.id) });
  return (
    <div className={styles.controls} data-focus-home>
      <NumberInput
        compact
        label={t('video.count')}
        value={count}
        min={1}
        max={MOST}
        onChange={(frameCount) => void changeSettings({ frameCount })}
      />
      <span className={styles.split}>
        <Button
          tone={tone}
          className={styles.main}
          isDisabled={disabled}
          data-testid="sample-button"
          data-focus-first
          onPress={() => void sample(source.id, evenPlan(source.id))}
        >
          <span className={styles.full}>{t('video.sample', { count })}</span>
          <span className={styles.short}>{t('video.sampleShort')}</span>
        </Button>
        <Menu
          label={t('video.ways')}
          trigger={
            <Button tone={tone} className={styles.more} aria-label={t('video.ways')} isDisabled={disabled}>
              <ChevronDown />
            </Button>
          }
        >
          <MenuItem icon={<Film />} onAction={() => void sample(source.id, evenPlan(source.id))}>
            {t('video.evenly', { count })}
          </MenuItem>
          <>
            {RATES.map(([name, perSecond]) => (
              <MenuItem key={name} icon={<Timer />} onAction={() => take({ strategy: 'rate', perSecond, cap })}>
                {t(`video.rate.${name}`, { cap })}
              </MenuItem>
            ))}
          </>
          <MenuLine />
          <MenuItem icon={<Clapperboard />} onAction={() => take({ strategy: 'scene', cap: count })}>
            {t('video.scenes', { cap: count })}
          </MenuItem>
          <MenuItem icon={<KeyRound />} onAction={() => take({ strategy: 'keyframes', cap })}>
            {t('video.keyframes', { cap })}
          </MenuItem>
          <MenuLine />
          <MenuItem icon={<ListPlus />} note={denserKey} onAction={onDenser}>
            {t('denser.here')}
          </MenuItem>
          <MenuLine />
          <MenuItem
            icon={<Image />}
            isDisabled={taken.length === 0}
            onAction={() => void exportPictures({ kind: 'png' }, taken)}
          >
            {t('export.framesPng')}
          </MenuItem>
          <MenuItem
            icon={<ClipboardCopy />}
            isDisabled={taken.length === 0}
            onAction={() => void copyFfmpegCommand(taken)}
          >
            {t('export.command')}
          </MenuItem>
        </Menu>
      </span>
    </div>
  );
}
