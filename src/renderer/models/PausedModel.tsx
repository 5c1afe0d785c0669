// SPDX-License-Identifier: Apache-2.0
import { Download, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { HubModel } from '../../contract';
import { discardHubModel, getHubModel, useStore } from '../state';
import { Button, formatBytes, Meter, SureButton } from '../ui';
import styles from './HubProgress.module.css';

interface PausedModelProps {
  repo: string;
  begun: NonNullable<HubModel['begun']>;
  /** Whether it is a newer version of a model that is there. */
  isUpdate?: boolean;
}

/** A download that has not ended, and buttons to go on with it or to discard it. */
export function PausedModel({ repo, begun: { done, total }, isUpdate = false }: PausedModelProps) {
  const { t } = useTranslation();
  const anyJob = useStore((s) => s.hubJob !== null);
  const words = t(isUpdate ? 'hub.pausedUpdate' : 'hub.paused', {
    share: Math.floor((100 * done) / Math.max(1, total)),
    total: formatBytes(total),
  });
  return (
    <div className={styles.paused} data-testid="hub-paused">
      <p className={styles.facts}>{words}</p>
      <Meter label={words} done={done} total={total} />
      <div className={styles.buttons}>
        <Button
          size="small"
          tone={isUpdate ? 'plain' : 'accent'}
          isDisabled={anyJob}
          onPress={() => void getHubModel(repo)}
          aria-label={t('hub.goOnNamed', { repo })}
          data-testid="hub-go-on"
        >
          <Download aria-hidden />
          {t('hub.goOn')}
        </Button>
        <SureButton
          label={t('hub.discardNamed', { repo })}
          sure={t('hub.removeSure', { size: formatBytes(done) })}
          icon={<Trash2 aria-hidden />}
          isDisabled={anyJob}
          onSure={() => void discardHubModel(repo)}
        >
          {t('hub.discard')}
        </SureButton>
      </div>
    </div>
  );
}
