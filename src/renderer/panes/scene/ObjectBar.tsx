// SPDX-License-Identifier: Apache-2.0
import { EyeOff, Focus, Maximize2, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useKey } from '../../keys';
import { IconButton } from '../../ui';
import styles from './CameraBar.module.css';

interface ObjectBarProps {
  name: string;
  /** Whether it is the only object shown. */
  alone: boolean;
  hidden: boolean;
  onVisit: () => void;
  onHide: () => void;
  onIsolate: () => void;
  onClose: () => void;
}

/** The actions for the chosen object. */
export function ObjectBar({ name, alone, hidden, onVisit, onHide, onIsolate, onClose }: ObjectBarProps) {
  const { t } = useTranslation();
  return (
    <div className={styles.bar} role="toolbar" aria-label={name} data-testid="object-bar">
      <span className={styles.name}>{name}</span>
      <IconButton label={t('scene.fitObject')} keys={useKey('fitPart')} onPress={onVisit}>
        <Maximize2 />
      </IconButton>
      <IconButton label={t('scene.isolate')} keys={useKey('isolatePart')} pressed={alone} onPress={onIsolate}>
        <Focus />
      </IconButton>
      <IconButton
        label={t(hidden ? 'scene.show' : 'scene.hide')}
        keys={useKey('hidePart')}
        pressed={hidden}
        onPress={onHide}
      >
        <EyeOff />
      </IconButton>
      <IconButton label={t('scene.deselect')} keys="Esc" onPress={onClose}>
        <X />
      </IconButton>
    </div>
  );
}
