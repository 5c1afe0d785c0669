// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { chooseStart } from '../state';
import { Button } from '../ui';
import { useTheme } from './theme';
import styles from './StartChoice.module.css';

/** Shown before anything is opened, after failed starts: how to start this time. */
export function StartChoice() {
  const { t } = useTranslation();
  useTheme();
  return (
    <main className={styles.page} data-testid="start-choice">
      <h1 className={styles.title}>{t('start.title')}</h1>
      <p className={styles.lead}>{t('start.lead')}</p>
      <div className={styles.ways}>
        <Button tone="accent" autoFocus onPress={() => chooseStart(true)} data-testid="start-plain">
          {t('start.plain')}
        </Button>
        <Button onPress={() => chooseStart(false)} data-testid="start-usual">
          {t('start.usual')}
        </Button>
      </div>
      <p className={styles.kept}>{t('start.kept')}</p>
    </main>
  );
}
