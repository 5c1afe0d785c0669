// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import type { Arrangement } from '../../../../contract';
import { CompareFrame, Segmented } from '../../../ui';

interface CompareBarProps {
  arrange: Arrangement;
  onArrange: (arrange: Arrangement) => void;
  onStop: () => void;
}

/** The bar while two scenes are compared: the order in which their views are sent, and a button to stop. */
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
