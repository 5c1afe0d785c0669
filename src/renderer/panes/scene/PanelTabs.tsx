// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import styles from './PanelTabs.module.css';

export const PANEL_TABS = ['views', 'objects', 'scene'] as const;
export type PanelTab = (typeof PANEL_TABS)[number];

interface PanelTabsProps {
  tab: PanelTab;
  onTab: (tab: PanelTab) => void;
  panels: Record<PanelTab, ReactNode>;
}

/** The tabs of the side panel. */
export function PanelTabs({ tab, onTab, panels }: PanelTabsProps) {
  const { t } = useTranslation();
  return (
    <Tabs selectedKey={tab} onSelectionChange={(key) => onTab(key as PanelTab)} className={styles.tabs ?? ''}>
      <TabList aria-label={t('scene.panel')} className={styles.list ?? ''}>
        {PANEL_TABS.map((id) => (
          <Tab key={id} id={id} className={styles.tab ?? ''}>
            {t(`scene.tab.${id}`)}
          </Tab>
        ))}
      </TabList>
      {PANEL_TABS.map((id) => (
        <TabPanel key={id} id={id} className={styles.panel ?? ''}>
          {panels[id]}
        </TabPanel>
      ))}
    </Tabs>
  );
}
