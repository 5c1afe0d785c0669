// SPDX-License-Identifier: Apache-2.0
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../ui';
import { AboutSection } from './AboutSection';
import { AppearanceSection } from './AppearanceSection';
import { DeviceSection } from './DeviceSection';
import { GenerationSection } from './GenerationSection';
import { LibrarySection } from './LibrarySection';
import { MemorySection } from './MemorySection';
import { ModelSection } from './ModelSection';
import { ServingSection } from './ServingSection';
import styles from './SettingsDialog.module.css';

const SECTIONS = [
  { id: 'model', Section: ModelSection },
  { id: 'device', Section: DeviceSection },
  { id: 'memory', Section: MemorySection },
  { id: 'generation', Section: GenerationSection },
  { id: 'appearance', Section: AppearanceSection },
  { id: 'library', Section: LibrarySection },
  { id: 'serving', Section: ServingSection },
  { id: 'about', Section: AboutSection },
] as const;

export function SettingsDialog({ section, onClose }: { section?: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog open title={t('settings.title')} onClose={onClose} width="wide" testId="settings-dialog">
      <Tabs orientation="vertical" defaultSelectedKey={section ?? 'model'} className={styles.tabs ?? ''}>
        <TabList aria-label={t('settings.title')} className={styles.list ?? ''}>
          {SECTIONS.map(({ id }) => (
            <Tab key={id} id={id} className={styles.tab ?? ''} data-testid={`tab-${id}`}>
              {t(`settings.${id}`)}
            </Tab>
          ))}
        </TabList>
        {SECTIONS.map(({ id, Section }) => (
          <TabPanel key={id} id={id} className={styles.panel ?? ''}>
            <Section />
          </TabPanel>
        ))}
      </Tabs>
    </Dialog>
  );
}
