// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { Eye, RefreshCw, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { modelsOf, type ServerModel, type ShownServer } from '../../../../contract';
import { changeServer, refreshServer } from '../../../state';
import { Button, cx, IconButton, Meter } from '../../../ui';
import { ServerProblem } from './ServerProblem';
import { TextInput } from './TextInput';
import { useJob } from './use-job';
import { contextWords, modelsWords, picturesWords } from './words';
import card from './ServerCard.module.css';
import styles from './ServerModels.module.css';

/** The models of a server, as it describes them, and a button to ask it again. */
export function ServerModels({ server, onKey }: { server: ShownServer; onKey: () => void }) {
  const { t } = useTranslation();
  const { job, isRunning, run, cancel } = useJob();
  const models = modelsOf(server);
  const isNamed = ({ id }: ServerModel) => !server.description?.models.some((model) => model.id === id);
  const forget = (id: string) => void changeServer(server.id, { named: server.named.filter((name) => name !== id) });
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
                <Line key={model.id} model={model} onForget={isNamed(model) ? () => forget(model.id) : undefined} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <NameModel server={server} isNeeded={models.length === 0} />
      <ServerProblem job={job} onKey={onKey} />
    </div>
  );
}

/** A field for a model that the server can run but does not list. */
function NameModel({ server: { id, named }, isNeeded }: { server: ShownServer; isNeeded: boolean }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const name = text.trim();
  const add = () => {
    if (name === '') return;
    void changeServer(id, { named: [...named.filter((other) => other !== name), name] });
    setText('');
  };
  return (
    <div
      className={styles.name}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
        event.preventDefault();
        add();
      }}
    >
      <TextInput
        label={t(isNeeded ? 'server.nameModelNeeded' : 'server.nameModel')}
        value={text}
        onChange={setText}
        maxLength={500}
        className={styles.input}
        testId="server-name-model"
      />
      <Button size="small" isDisabled={name === ''} onPress={add}>
        {t('server.nameModelAdd')}
      </Button>
    </div>
  );
}

function Line({ model, onForget }: { model: ServerModel; onForget: (() => void) | undefined }) {
  const { t } = useTranslation();
  return (
    <tr data-testid="server-model">
      <th scope="row" title={model.id}>
        {model.id}
      </th>
      <td className={cx(model.context === null && styles.unsaid)}>{contextWords(model, t)}</td>
      <td className={cx(model.pictures === true ? styles.sees : styles.unsaid)}>
        {model.pictures === true && <Eye aria-hidden />}
        {onForget ? t('server.namedByYou') : picturesWords(model, t)}
        {onForget && (
          <IconButton label={t('server.forgetModel', { model: model.id })} className={styles.forget} onPress={onForget}>
            <X />
          </IconButton>
        )}
      </td>
    </tr>
  );
}
