// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { openDialog, openLink, useStore } from '../../state';
import { Button } from '../../ui';
import styles from './ModelSection.module.css';

export function AboutSection() {
  const { t } = useTranslation();
  const version = useStore((s) => s.version);
  return (
    <div className={styles.section}>
      <p>{t('settings.version', { version })}</p>
      <p className={styles.lead}>{t('settings.aboutLead')}</p>
      <div className={styles.actions}>
        <Button onPress={() => openDialog({ kind: 'keys' })}>{t('keys.title')}</Button>
        <Button onPress={() => void openLink('model-card')}>{t('settings.modelCard')}</Button>
        <Button onPress={() => void openLink('licences')}>{t('command.licences')}</Button>
      </div>
    </div>
  );
}
