// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { Button, Meter } from '../../ui';
import styles from './ScenePane.module.css';

/** A placeholder while the scene loads: a solid with its shadow. */
export function SceneSkeleton({
  label,
  progress,
  onCancel,
}: {
  label: string;
  progress: { done: number; total: number } | null;
  onCancel: () => void;
}) {
  const { t } = useTranslation();
  return (
    <div className={styles.skeleton} role="status" aria-label={label}>
      <svg viewBox="0 0 120 100" aria-hidden>
        <ellipse cx="60" cy="84" rx="46" ry="9" />
        <path d="M60 14 96 32 V68 L60 86 24 68 V32 Z" />
        <path d="M60 50 96 32 M60 50 24 32 M60 50 V86" className={styles.edges} />
      </svg>
      <p>{label}</p>
      <div className={styles.opening}>
        {progress && <Meter label={label} done={progress.done} total={progress.total} />}
        <Button size="small" tone="ghost" data-testid="scene-stop" onPress={onCancel}>
          {t('scene.cancel')}
        </Button>
      </div>
    </div>
  );
}
