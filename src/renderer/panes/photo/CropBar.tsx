// SPDX-License-Identifier: Apache-2.0
import { Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { PixelSize, Rectangle } from '../../../contract';
import { Button, NumberInput } from '../../ui';
import { withValue } from './crop-edges';
import styles from './CropBar.module.css';

interface CropBarProps {
  crop: Rectangle;
  /** Of the photograph at full size. */
  size: PixelSize;
  onChange: (crop: Rectangle) => void;
  onAdd: () => void;
  onCancel: () => void;
}

/** The rectangle in numbers, and the button that adds it to the tray. */
export function CropBar({ crop, size, onChange, onAdd, onCancel }: CropBarProps) {
  const { t } = useTranslation();
  const most = { x: size.width - 1, y: size.height - 1, width: size.width, height: size.height };
  return (
    <div className={styles.bar} role="group" aria-label={t('photo.crop')} data-testid="crop-bar">
      {(['x', 'y', 'width', 'height'] as const).map((name) => (
        <label key={name} className={styles.value} data-testid={`crop-${name}`}>
          <span>{t(`photo.${name}`)}</span>
          <NumberInput
            compact
            label={t(`photo.${name}`)}
            value={crop[name]}
            min={name === 'x' || name === 'y' ? 0 : 1}
            max={most[name]}
            onChange={(value) => onChange(withValue(crop, name, value, size))}
          />
        </label>
      ))}
      <span className={styles.space} />
      <Button tone="ghost" onPress={onCancel}>
        {t('common.cancel')}
      </Button>
      <Button tone="accent" isDisabled={crop.width === 0 || crop.height === 0} onPress={onAdd} data-testid="crop-add">
        <Plus aria-hidden />
        {t('photo.cropAdd')}
      </Button>
    </div>
  );
}
