// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { Button, ErrorCard } from '../../../ui';
import type { Job } from './use-job';
import card from './ServerCard.module.css';

/** The error of a job, if it failed. If the key is the reason, a button leads to it. */
export function ServerProblem({ job, onKey }: { job: Job; onKey: () => void }) {
  const { t } = useTranslation();
  if (job.is !== 'failed') return null;
  return (
    <div className={card.below}>
      <ErrorCard error={job.error}>
        {job.error.code === 'server-denied' && (
          <Button size="small" onPress={onKey}>
            {t('server.giveKey')}
          </Button>
        )}
      </ErrorCard>
    </div>
  );
}
