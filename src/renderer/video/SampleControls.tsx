import { ChevronDown, Clapperboard, Film, KeyRound, Timer, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Source } from '../../contract';
import { changeSettings, evenPlan, markRange, sample, useStore } from '../state';
import { Button, formatTime, IconButton, Menu, MenuItem, MenuLine, Meter, NumberInput } from '../ui';
import styles from './SampleControls.module.css';

const MOST = 128;

/** How many frames to take, the button that takes them, and the other ways to choose. */
export function SampleControls({ source, disabled }: { source: Source; disabled: boolean }) {
  const { t } = useTranslation();
  const count = useStore((s) => s.settings.frameCount);
  const cap = Math.max(count, 16);
  const job = useStore((s) => s.sampleJob);
  const markIn = useStore((s) => s.videos[source.id]?.markIn ?? null);
  const markOut = useStore((s) => s.videos[source.id]?.markOut ?? null);
  const duration = useStore((s) => s.videos[source.id]?.info?.duration ?? 0);

  if (job) {
    const { done = 0, total = 0 } = job.progress ?? {};
    const words = job.progress?.step === 'index' ? t('video.reading') : job.progress?.step === 'decode' ? t('video.lookingForScenes') : total > 0 ? t('video.taking', { done, total }) : t('video.choosing');
    return (
      <div className={styles.job} role="status" data-testid="sample-progress">
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

  const marked = markIn !== null || markOut !== null;
  return (
    <div className={styles.controls}>
      {marked && (
        <Button
          size="small"
          tone="ghost"
          aria-label={t('video.clearRange')}
          onPress={() => markRange(source.id, { markIn: null, markOut: null })}
        >
          {t('video.range', { from: formatTime(markIn ?? 0), to: formatTime(markOut ?? duration) })}
          <X aria-hidden />
        </Button>
      )}
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
          tone="accent"
          className={styles.main}
          isDisabled={disabled}
          data-testid="sample-button"
          onPress={() => void sample(source.id, evenPlan(source.id))}
        >
          <span className={styles.full}>{t('video.sample', { count })}</span>
          <span className={styles.short}>{t('video.sampleShort')}</span>
        </Button>
        <Menu
          label={t('video.ways')}
          trigger={
            <Button tone="accent" className={styles.more} aria-label={t('video.ways')} isDisabled={disabled}>
              <ChevronDown />
            </Button>
          }
        >
          <MenuItem icon={<Film />} onAction={() => void sample(source.id, evenPlan(source.id))}>
            {t('video.evenly', { count })}
          </MenuItem>
          <MenuItem icon={<Timer />} onAction={() => void sample(source.id, { strategy: 'rate', perSecond: 1, cap })}>
            {t('video.everySecond', { cap })}
          </MenuItem>
          <MenuItem icon={<Timer />} onAction={() => void sample(source.id, { strategy: 'rate', perSecond: 0.2, cap })}>
            {t('video.everyFive', { cap })}
          </MenuItem>
          <MenuLine />
          <MenuItem icon={<Clapperboard />} onAction={() => void sample(source.id, { strategy: 'scene', cap: count })}>
            {t('video.scenes', { cap: count })}
          </MenuItem>
          <MenuItem icon={<KeyRound />} onAction={() => void sample(source.id, { strategy: 'keyframes', cap })}>
            {t('video.keyframes', { cap })}
          </MenuItem>
        </Menu>
      </span>
    </div>
  );
}
