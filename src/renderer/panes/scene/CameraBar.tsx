// SPDX-License-Identifier: Apache-2.0
import { Camera, Navigation, Trash2, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button, IconButton, Segmented } from '../../ui';
import styles from './CameraBar.module.css';
import type { GizmoMode } from '../../../scene';

interface CameraBarProps {
  /** The view's number, and where its camera is. */
  name: string;
  mode: GizmoMode;
  busy: boolean;
  onMode: (mode: GizmoMode) => void;
  onVisit: () => void;
  /** Replaces the view by the one on screen. */
  onRetake: () => void;
  onRemove: () => void;
  onClose: () => void;
}

/** The actions for the selected camera. */
export function CameraBar({ name, mode, busy, onMode, onVisit, onRetake, onRemove, onClose }: CameraBarProps) {
  const { t } = useTranslation();
  const options = (['move', 'turn'] as const).map((value) => ({ value, label: t(`scene.${value}`) }));
  return (
    <div className={styles.bar} role="toolbar" aria-label={name} data-testid="camera-bar">
      <span className={styles.name}>{name}</span>
      <Segmented label={t('scene.handles')} value={mode} options={options} onChange={onMode} />
      <Button size="small" tone="ghost" onPress={onVisit}>
        <Navigation aria-hidden />
        {t('scene.visit')}
      </Button>
      <IconButton label={t('scene.retake')} keys="U" isDisabled={busy} data-testid="camera-retake" onPress={onRetake}>
        <Camera />
      </IconButton>
      <IconButton label={t('scene.removeCamera')} keys="Del" onPress={onRemove}>
        <Trash2 />
      </IconButton>
      <IconButton label={t('scene.deselect')} keys="Esc" onPress={onClose}>
        <X />
      </IconButton>
    </div>
  );
}
