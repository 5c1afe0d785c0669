// SPDX-License-Identifier: Apache-2.0
import { EyeOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ShownObjects } from '../../../contract';
import { Button } from '../../ui';
import styles from './HiddenNote.module.css';

/** Says that some objects are hidden and that views leave them out too. */
export function HiddenNote({
  shown: { hidden, only },
  name,
  onShowAll,
}: {
  shown: ShownObjects;
  name: string;
  onShowAll: () => void;
}) {
  const { t } = useTranslation();
  if (hidden.length === 0 && only === null) return null;
  return (
    <p className={styles.note} role="status" data-testid="hidden-note">
      <EyeOff aria-hidden />
      {only ? t('scene.onlyObject', { name }) : t('scene.objectsHidden', { count: hidden.length })}
      <Button size="small" tone="ghost" onPress={onShowAll}>
        {t('scene.showAll')}
      </Button>
    </p>
  );
}
