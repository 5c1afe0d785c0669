// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from 'react';
import { PanelRight, Plane, Ruler } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useKey } from '../../keys';
import { cx, IconButton } from '../../ui';
import styles from './Tools.module.css';

interface ToolsProps {
  flying: boolean;
  /** The flying speed, formatted. */
  speed: string;
  measuring: boolean;
  /** Whether the first end of a measurement is set. */
  half: boolean;
  panel: boolean;
  /** Whether they are placed above the bar for the selection. */
  raised: boolean;
  onFly: () => void;
  onMeasure: () => void;
  onPanel: () => void;
  /** Further tools. */
  children: ReactNode;
}

/** Buttons that choose what the pointer and the keys do in the scene. */
export function Tools({
  flying,
  speed,
  measuring,
  half,
  panel,
  raised,
  onFly,
  onMeasure,
  onPanel,
  children,
}: ToolsProps) {
  const { t } = useTranslation();
  return (
    <div className={cx(styles.corner, raised && styles.raised)}>
      <div className={styles.tools} role="toolbar" aria-orientation="vertical" aria-label={t('scene.tools')}>
        <IconButton label={t('scene.fly')} keys={useKey('fly')} pressed={flying} data-testid="fly" onPress={onFly}>
          <Plane />
        </IconButton>
        <IconButton
          label={t('scene.measure')}
          keys={useKey('measure')}
          pressed={measuring}
          data-testid="measure"
          onPress={onMeasure}
        >
          <Ruler />
        </IconButton>
        <IconButton
          label={t('scene.panel')}
          keys={useKey('scenePanel')}
          pressed={panel}
          data-testid="scene-panel-toggle"
          onPress={onPanel}
        >
          <PanelRight />
        </IconButton>
        {children}
      </div>
      <div role="status" className={styles.notes}>
        {flying && (
          <p className={styles.note} data-testid="fly-note">
            <kbd>W A S D</kbd> <kbd>Q E</kbd> {t('scene.flyHint')} <span className={styles.speed}>{speed}</span>
          </p>
        )}
        {measuring && <p className={styles.note}>{t(half ? 'scene.measureTo' : 'scene.measureFrom')}</p>}
      </div>
    </div>
  );
}
