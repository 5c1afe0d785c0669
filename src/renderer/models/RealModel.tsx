// SPDX-License-Identifier: Apache-2.0
import { Download, Server } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { openDialog, useStore } from '../state';
import { Button } from '../ui';
import styles from './RealModel.module.css';

/** Ways to a model that knows more than the bundled one; nothing while another model answers. */
export function RealModel() {
  const { t } = useTranslation();
  const isStarter = useStore((s) => s.project.model === null && s.engine.state === 'ready' && s.engine.model.bundled);
  if (!isStarter) return null;
  return (
    <div className={styles.ways} data-testid="real-model">
      <p>{t('models.real')}</p>
      <div className={styles.buttons}>
        <Button size="small" onPress={() => openDialog({ kind: 'settings', section: 'servers' })}>
          <Server aria-hidden />
          {t('models.realServer')}
        </Button>
        <Button size="small" onPress={() => openDialog({ kind: 'settings', section: 'model' })}>
          <Download aria-hidden />
          {t('models.realGet')}
        </Button>
      </div>
    </div>
  );
}
