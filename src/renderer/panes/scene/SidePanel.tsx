// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './SidePanel.module.css';

/** The panel beside the scene. */
export function SidePanel({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <aside className={styles.panel} aria-label={t('scene.panel')} data-testid="scene-panel">
      {children}
    </aside>
  );
}

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.section} aria-label={title}>
      <h3 className={styles.title}>{title}</h3>
      {children}
    </section>
  );
}
