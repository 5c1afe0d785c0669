// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { SETTINGS_SECTIONS, type SettingsSection } from '../../state';
import { Dialog } from '../../ui';
import { AboutSection } from './AboutSection';
import { AppearanceSection } from './AppearanceSection';
import { DeviceSection } from './DeviceSection';
import { GenerationSection } from './GenerationSection';
import { LibrarySection } from './LibrarySection';
import { MemorySection } from './MemorySection';
import { ModelSection } from './ModelSection';
import { ServersSection } from './ServersSection';
import { ServingSection } from './ServingSection';
import styles from './SettingsDialog.module.css';

const SECTIONS: Readonly<Record<SettingsSection, () => ReactNode>> = {
  model: ModelSection,
  servers: ServersSection,
  device: DeviceSection,
  memory: MemorySection,
  generation: GenerationSection,
  appearance: AppearanceSection,
  library: LibrarySection,
  serving: ServingSection,
  about: AboutSection,
};

interface SettingsDialogProps {
  /** The section that is shown first. */
  section?: SettingsSection | undefined;
  onClose: () => void;
}

export function SettingsDialog({ section = 'model', onClose }: SettingsDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog open title={t('settings.title')} onClose={onClose} width="wide" testId="settings-dialog">
      <Tabs orientation="vertical" defaultSelectedKey={section} className={styles.tabs ?? ''}>
        <TabList aria-label={t('settings.title')} className={styles.list ?? ''}>
          {SETTINGS_SECTIONS.map((id) => (
            <Tab key={id} id={id} className={styles.tab ?? ''} data-testid={`tab-${id}`}>
              {t(`settings.${id}`)}
            </Tab>
          ))}
        </TabList>
        {SETTINGS_SECTIONS.map((id) => {
          const Section = SECTIONS[id];
          return (
            <TabPanel key={id} id={id} className={styles.panel ?? ''}>
              <Section />
            </TabPanel>
          );
        })}
      </Tabs>
    </Dialog>
  );
}
