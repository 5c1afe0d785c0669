// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import type { Arrangement } from '../../../../contract';
import { CompareFrame, Segmented } from '../../../ui';

interface CompareBarProps {
  arrange: Arrangement;
  onArrange: (arrange: Arrangement) => void;
  onStop: () => void;
}

/** That two scenes are seen from one place, and in which order their views are sent. */
export function CompareBar({ arrange, onArrange, onStop }: CompareBarProps) {
  const { t } = useTranslation();
  return (
    <CompareFrame onStop={onStop}>
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
    </CompareFrame>
  );
}
