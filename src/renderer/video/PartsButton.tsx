import { Brackets, Trash2 } from 'lucide-react';
import { Button as AriaButton, Checkbox, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { useKey } from '../keys';
import {
  changeSettings,
  chooseSegment,
  clearSegments,
  markEdge,
  pointAtSegment,
  removeSegment,
  renameSegment,
  segmentsOf,
  useStore,
} from '../state';
import { Button, cx, formatTime, IconButton } from '../ui';
import styles from './PartsButton.module.css';

interface PartsButtonProps {
  source: string;
  time: number;
  /** The part whose name is to be written; null for none. */
  editing: string | null;
  isOpen: boolean;
  onOpenChange: (open: boolean) => void;
  onSeek: (time: number) => void;
}

/** What is sampled: the whole video or its chosen parts, and the list in which they are named, chosen and removed. */
export function PartsButton({ source, time, editing, isOpen, onOpenChange, onSeek }: PartsButtonProps) {
  const { t } = useTranslation();
  const segments = useStore(() => segmentsOf(source));
  const current = useStore((s) => s.videos[source]?.segment ?? null);
  const labels = useStore((s) => s.settings.segmentLabels);
  const [inKey, outKey] = [useKey('in'), useKey('out')];
  const chosen = segments.filter((segment) => segment.chosen);
  const seconds = chosen.reduce((sum, { start, end }) => sum + end - start, 0);
  const summary =
    chosen.length === 1
      ? t('video.range', { from: formatTime(chosen[0]!.start), to: formatTime(chosen[0]!.end) })
      : t('parts.summary', { count: chosen.length, time: formatTime(seconds) });
  const words = chosen.length > 0 ? summary : t('parts.whole');
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={onOpenChange}>
      <Button tone="ghost" size="small" className={styles.button} aria-label={t('parts.open', { words })} data-testid="parts-button">
        <Brackets aria-hidden />
        <span className={styles.summary}>{words}</span>
      </Button>
      <Popover offset={6} placement="top" className={styles.popover ?? ''}>
        <Dialog aria-label={t('parts.title')} className={styles.dialog ?? ''} data-testid="parts">
          <header className={styles.head}>
            <span className={styles.title}>{t('parts.title')}</span>
            <Button size="small" onPress={() => markEdge(source, 'in', time)}>
              {t('parts.in')} <kbd>{inKey}</kbd>
            </Button>
            <Button size="small" onPress={() => markEdge(source, 'out', time)}>
              {t('parts.out')} <kbd>{outKey}</kbd>
            </Button>
          </header>
          {segments.length === 0 && <p className={styles.none}>{t('parts.none')}</p>}
          <ul className={styles.list}>
            {segments.map(({ id, label, start, end, chosen: on }, k) => {
              const name = label || t('parts.part', { number: k + 1 });
              return (
                <li key={id} className={cx(styles.row, current === id && styles.current)}>
                  <Checkbox
                    className={styles.check ?? ''}
                    aria-label={t('parts.choose', { name })}
                    isSelected={on}
                    onChange={(now) => chooseSegment(source, id, now)}
                  >
                    <span className={styles.box} aria-hidden />
                  </Checkbox>
                  <input
                    key={label}
                    className={styles.name}
                    aria-label={t('parts.name', { number: k + 1 })}
                    placeholder={t('parts.part', { number: k + 1 })}
                    defaultValue={label}
                    maxLength={80}
                    spellCheck={false}
                    autoFocus={editing === id}
                    onFocus={(event) => {
                      event.currentTarget.select();
                      if (current !== id) pointAtSegment(source, id);
                    }}
                    onBlur={(event) => renameSegment(source, id, event.currentTarget.value.trim())}
                    onKeyDown={(event) => {
                      if (event.key !== 'Enter') return;
                      renameSegment(source, id, event.currentTarget.value.trim());
                      onOpenChange(false);
                    }}
                  />
                  <AriaButton
                    className={styles.times ?? ''}
                    aria-label={t('parts.go', { name, words: `${formatTime(start)} – ${formatTime(end)}` })}
                    onPress={() => {
                      pointAtSegment(source, id);
                      onSeek(start);
                    }}
                  >
                    {formatTime(start)} – {formatTime(end)}
                  </AriaButton>
                  <IconButton label={t('parts.remove', { name })} onPress={() => removeSegment(source, id)}>
                    <Trash2 />
                  </IconButton>
                </li>
              );
            })}
          </ul>
          {segments.length > 0 && (
            <footer className={styles.foot}>
              <Checkbox className={styles.check ?? ''} isSelected={labels} onChange={(segmentLabels) => void changeSettings({ segmentLabels })}>
                <span className={styles.box} aria-hidden />
                {t('parts.send')}
              </Checkbox>
              <Button size="small" tone="ghost" onPress={() => clearSegments(source)}>
                {t('parts.clear')}
              </Button>
            </footer>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
