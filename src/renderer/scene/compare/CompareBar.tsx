import { Columns2, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Arrangement } from '../../../contract';
import { IconButton, Segmented } from '../../ui';
import styles from './Compare.module.css';

interface CompareBarProps {
  arrange: Arrangement;
  onArrange: (arrange: Arrangement) => void;
  onStop: () => void;
}

/** That two scenes are seen from one place, and in which order their views are sent. */
export function CompareBar({ arrange, onArrange, onStop }: CompareBarProps) {
  const { t } = useTranslation();
  return (
    <div className={styles.bar} role="group" aria-label={t('compare.title')} data-testid="compare-bar">
      <Columns2 className={styles.icon} aria-hidden />
      <span>{t('scene.samePlaces')}</span>
      <Segmented
        label={t('scene.compareOrder')}
        value={arrange}
        onChange={onArrange}
        options={[
          { value: 'alternate', label: t('compare.alternate') },
          { value: 'grouped', label: t('compare.grouped') },
        ]}
      />
      <span className={styles.end}>
        <IconButton label={t('compare.stop')} onPress={onStop}>
          <X />
        </IconButton>
      </span>
    </div>
  );
}
