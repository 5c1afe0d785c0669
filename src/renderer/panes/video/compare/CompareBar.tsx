// SPDX-License-Identifier: Apache-2.0
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Comparison, Source } from '../../../../contract';
import { useKey } from '../../../keys';
import {
  compareWith,
  moveOffset,
  overlap,
  pairCount,
  samplePairs,
  setArrangement,
  setOffset,
  useStore,
} from '../../../state';
import { Button, CompareFrame, IconButton, NumberInput, Segmented } from '../../../ui';
import styles from './CompareBar.module.css';

interface CompareBarProps {
  source: Source;
  compare: Comparison;
  /** Duration of a frame of the first take, seconds. */
  frame: number;
}

/** Controls for how the two takes are matched and arranged, and the button that samples both. */
export function CompareBar({ source, compare, frame }: CompareBarProps) {
  const { t } = useTranslation();
  const count = useStore((s) => pairCount(s.settings.frameCount));
  const a = useStore((s) => s.videos[source.id]?.info?.duration ?? null);
  const b = useStore((s) => s.videos[compare.with]?.info?.duration ?? null);
  const busy = useStore((s) => s.sampleJob !== null);
  const known = a !== null && b !== null;
  const never = known && overlap(a, b, compare.offset) === null;
  const move = (by: number) => moveOffset(source.id, by);
  return (
    <CompareFrame
      onStop={() => compareWith(source.id, null)}
      action={
        <Button
          tone="accent"
          isDisabled={!known || never || busy}
          data-testid="sample-pairs"
          onPress={() => void samplePairs(source.id)}
        >
          {t('compare.sample', { count })}
        </Button>
      }
    >
      <span className={styles.field}>
        {t('compare.offset')}
        <IconButton label={t('compare.earlier')} keys={useKey('takeBack')} onPress={() => move(-frame)}>
          <ChevronLeft />
        </IconButton>
        <NumberInput
          compact
          label={t('compare.offset')}
          value={compare.offset}
          min={-86_400}
          max={86_400}
          step={0.01}
          onChange={(offset) => setOffset(source.id, offset)}
        />
        <IconButton label={t('compare.later')} keys={useKey('takeForward')} onPress={() => move(frame)}>
          <ChevronRight />
        </IconButton>
      </span>
      <Segmented
        label={t('compare.arrange')}
        value={compare.arrange}
        onChange={(arrange) => setArrangement(source.id, arrange)}
        options={[
          { value: 'alternate', label: t('compare.alternate') },
          { value: 'grouped', label: t('compare.grouped') },
        ]}
      />
      {never && <span role="status">{t('compare.never')}</span>}
    </CompareFrame>
  );
}
