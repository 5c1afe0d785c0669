// SPDX-License-Identifier: Apache-2.0
import { Eye, RefreshCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ServerModel, ShownServer } from '../../../../contract';
import { refreshServer } from '../../../state';
import { Button, cx, Meter } from '../../../ui';
import { ServerProblem } from './ServerProblem';
import { useJob } from './use-job';
import { contextWords, modelsWords, picturesWords } from './words';
import card from './ServerCard.module.css';
import styles from './ServerModels.module.css';

/** The models of a server, as it describes them, and a button to ask it again. */
export function ServerModels({ server, onKey }: { server: ShownServer; onKey: () => void }) {
  const { t } = useTranslation();
  const { job, isRunning, run, cancel } = useJob();
  const models = server.description?.models ?? [];
  return (
    <div className={card.part} role="group" aria-label={t('server.modelsTitle')} data-testid="server-models">
      <div className={card.line}>
        <div className={card.text}>
          <p>{t('server.modelsTitle')}</p>
          <p className={card.hint} role="status">
            {isRunning
              ? t('server.refreshing')
              : job.is === 'done'
                ? t('server.refreshed', { models: modelsWords(models, t) })
                : modelsWords(models, t)}
          </p>
        </div>
        <Button
          size="small"
          aria-label={t(isRunning ? 'server.cancelRefresh' : 'server.refreshNamed', { name: server.name })}
          onPress={isRunning ? cancel : () => void run(() => refreshServer(server.id))}
          data-testid="server-refresh"
        >
          {!isRunning && <RefreshCw aria-hidden />}
          {t(isRunning ? 'common.cancel' : 'server.refresh')}
        </Button>
      </div>
      <div className={styles.meter}>{isRunning && <Meter label={t('server.refreshing')} done={0} total={0} />}</div>
      {models.length > 0 && (
        <div
          className={styles.scroll}
          tabIndex={0}
          role="region"
          aria-label={t('server.modelsNamed', { name: server.name })}
        >
          <table className={styles.models}>
            <thead>
              <tr>
                <th scope="col">{t('server.model')}</th>
                <th scope="col">{t('server.contextTitle')}</th>
                <th scope="col">{t('server.picturesTitle')}</th>
              </tr>
            </thead>
            <tbody>
              {models.map((model) => (
                <Line key={model.id} model={model} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <ServerProblem job={job} onKey={onKey} />
    </div>
  );
}

function Line({ model }: { model: ServerModel }) {
  const { t } = useTranslation();
  return (
    <tr data-testid="server-model">
      <th scope="row" title={model.id}>
        {model.id}
      </th>
      <td className={cx(model.context === null && styles.unsaid)}>{contextWords(model, t)}</td>
      <td className={cx(model.pictures === true ? styles.sees : styles.unsaid)}>
        {model.pictures === true && <Eye aria-hidden />}
        {picturesWords(model, t)}
      </td>
    </tr>
  );
}
