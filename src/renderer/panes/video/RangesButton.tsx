// SPDX-License-Identifier: Apache-2.0
import { Brackets, Copy, CornerDownRight, Scissors, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Checkbox, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { useKey } from '../../keys';
import {
  changeSettings,
  chooseRange,
  clearRanges,
  edgeAt,
  exportClip,
  markEdge,
  moveEdge,
  pointAtRange,
  removeRange,
  renameRange,
  rangesOf,
  useStore,
} from '../../state';
import { Button, cx, formatTime, IconButton, Menu, MenuItem, TimeField } from '../../ui';
import type { Playback } from './playback';
import styles from './RangesButton.module.css';

interface RangesButtonProps {
  source: string;
  playback: Playback;
  /** The id of the range whose name is being edited; null for none. */
  editing: string | null;
  isOpen: boolean;
  onOpenChange: (open: boolean) => void;
  onSeek: (time: number) => void;
}

/** What is sampled: the whole video or its chosen ranges, with the list in which they are named, chosen and removed. */
export function RangesButton({ source, playback, editing, isOpen, onOpenChange, onSeek }: RangesButtonProps) {
  const { t } = useTranslation();
  const ranges = useStore(() => rangesOf(source));
  const current = useStore((s) => s.videos[source]?.range ?? null);
  const duration = useStore((s) => s.videos[source]?.info?.duration ?? 0);
  const labels = useStore((s) => s.settings.segmentLabels);
  const [inKey, outKey] = [useKey('in'), useKey('out')];
  const chosen = ranges.filter((range) => range.chosen);
  const seconds = chosen.reduce((sum, { start, end }) => sum + end - start, 0);
  const summary =
    chosen.length === 1
      ? t('video.range', { from: formatTime(chosen[0]!.start), to: formatTime(chosen[0]!.end) })
      : t('ranges.summary', { count: chosen.length, time: formatTime(seconds) });
  const words = chosen.length > 0 ? summary : t('ranges.whole');
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={onOpenChange}>
      <Button
        tone="ghost"
        size="small"
        className={styles.button}
        aria-label={t('ranges.open', { words })}
        data-testid="ranges-button"
      >
        <Brackets aria-hidden />
        <span className={styles.summary}>{words}</span>
      </Button>
      <Popover offset={6} placement="top" className={styles.popover ?? ''}>
        <Dialog aria-label={t('ranges.title')} className={styles.dialog ?? ''} data-testid="ranges">
          <header className={styles.head}>
            <span className={styles.title}>{t('ranges.title')}</span>
            <Button size="small" onPress={() => markEdge(source, 'in', playback.state().time)}>
              {t('ranges.in')} <kbd>{inKey}</kbd>
            </Button>
            <Button size="small" onPress={() => markEdge(source, 'out', playback.state().time)}>
              {t('ranges.out')} <kbd>{outKey}</kbd>
            </Button>
          </header>
          {ranges.length === 0 && (
            <p className={styles.none}>{t('ranges.none', { in: inKey ?? '—', out: outKey ?? '—' })}</p>
          )}
          <ul className={styles.list}>
            {ranges.map(({ id, label, start, end, chosen: on }, k) => {
              const name = label || t('ranges.range', { number: k + 1 });
              return (
                <li key={id} className={cx(styles.row, current === id && styles.current)}>
                  <Checkbox
                    className={styles.check ?? ''}
                    aria-label={t('ranges.choose', { name })}
                    isSelected={on}
                    onChange={(now) => chooseRange(source, id, now)}
                  >
                    <span className={styles.box} aria-hidden />
                  </Checkbox>
                  <RangeName
                    source={source}
                    id={id}
                    label={label}
                    number={k + 1}
                    focused={editing === id}
                    current={current === id}
                    onDone={() => onOpenChange(false)}
                  />
                  <span className={styles.times}>
                    {(['start', 'end'] as const).map((edge) => (
                      <TimeField
                        key={edge}
                        label={t(edge === 'start' ? 'ranges.start' : 'ranges.end', { name })}
                        title={t('video.goToHow')}
                        value={edge === 'start' ? start : end}
                        duration={duration}
                        now={() => playback.state().time}
                        onTime={(time) => {
                          moveEdge(source, id, edge, time);
                          onSeek(edgeAt(source, id, edge, time));
                        }}
                      />
                    ))}
                  </span>
                  <IconButton
                    label={t('ranges.go', { name, words: `${formatTime(start)} – ${formatTime(end)}` })}
                    onPress={() => {
                      pointAtRange(source, id);
                      onSeek(start);
                    }}
                  >
                    <CornerDownRight />
                  </IconButton>
                  <Menu
                    label={t('ranges.save', { name })}
                    trigger={
                      <IconButton label={t('ranges.save', { name })}>
                        <Scissors />
                      </IconButton>
                    }
                  >
                    <MenuItem icon={<Scissors />} onAction={() => void exportClip(source, { start, end }, 'exact')}>
                      {t('ranges.saveExact')}
                    </MenuItem>
                    <MenuItem icon={<Copy />} onAction={() => void exportClip(source, { start, end }, 'copy')}>
                      {t('ranges.saveCopy')}
                    </MenuItem>
                  </Menu>
                  <IconButton label={t('ranges.remove', { name })} onPress={() => removeRange(source, id)}>
                    <Trash2 />
                  </IconButton>
                </li>
              );
            })}
          </ul>
          {ranges.length > 0 && (
            <footer className={styles.foot}>
              <Checkbox
                className={styles.check ?? ''}
                isSelected={labels}
                onChange={(segmentLabels) => void changeSettings({ segmentLabels })}
              >
                <span className={styles.box} aria-hidden />
                {t('ranges.send')}
              </Checkbox>
              <Button size="small" tone="ghost" onPress={() => clearRanges(source)}>
                {t('ranges.clear')}
              </Button>
            </footer>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

interface RangeNameProps {
  source: string;
  id: string;
  label: string;
  number: number;
  focused: boolean;
  current: boolean;
  onDone: () => void;
}

/** The typed name is saved on Enter or when the field loses the focus. */
function RangeName({ source, id, label, number, focused, current, onDone }: RangeNameProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<string | null>(null);
  const settle = () => {
    if (typed !== null) renameRange(source, id, typed.trim());
    setTyped(null);
  };
  return (
    <input
      className={styles.name}
      aria-label={t('ranges.name', { number })}
      placeholder={t('ranges.range', { number })}
      value={typed ?? label}
      maxLength={80}
      spellCheck={false}
      autoFocus={focused}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onFocus={(event) => {
        event.currentTarget.select();
        if (!current) pointAtRange(source, id);
      }}
      onBlur={settle}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
        settle();
        onDone();
      }}
    />
  );
}
