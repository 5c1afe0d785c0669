// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { CircleAlert, CircleCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { modelsOf, type ServerModel, type ServerTest, type ShownServer } from '../../../../contract';
import { useLanguage } from '../../../i18n';
import { testServer } from '../../../state';
import { Button, Choice, formatDuration, Meter } from '../../../ui';
import { ServerProblem } from './ServerProblem';
import { useJob } from './use-job';
import card from './ServerCard.module.css';
import styles from './TestServer.module.css';

/** Asks a model of the server about a small picture, and shows what it says. */
export function TestServer({ server, onKey }: { server: ShownServer; onKey: () => void }) {
  const { t } = useTranslation();
  const { job, isRunning, run, cancel } = useJob();
  const [chosen, setChosen] = useState<string | null>(null);
  const [tested, setTested] = useState<ServerTest | null>(null);
  const models = modelsOf(server);
  const model = (models.find(({ id }) => id === chosen) ?? firstSeeing(models))?.id ?? null;
  const start = async () => {
    setTested(null);
    const result = await run(() => testServer(server.id, model));
    if (result) setTested(result);
  };
  return (
    <div className={card.part} role="group" aria-label={t('server.test')} data-testid="server-test">
      <div className={card.line}>
        <div className={card.text}>
          <p>{t('server.test')}</p>
          <p className={card.hint}>{t('server.testHint')}</p>
        </div>
        <div className={card.controls}>
          {model !== null && (
            <span className={styles.model} title={model}>
              <Choice
                label={t('server.testModel')}
                value={model}
                onChange={setChosen}
                options={models.map(({ id }) => ({ value: id, label: id }))}
              />
            </span>
          )}
          <Button
            className={styles.button}
            aria-label={t(isRunning ? 'server.cancelTest' : 'server.testNamed', { name: server.name })}
            onPress={isRunning ? cancel : () => void start()}
            data-testid="server-test-start"
          >
            {t(isRunning ? 'common.cancel' : 'server.testStart')}
          </Button>
        </div>
      </div>
      <div className={card.below} role="status">
        {isRunning && (
          <div className={styles.running}>
            <Meter label={t('server.testing')} done={0} total={0} />
            <p className={card.hint}>{t('server.testing')}</p>
          </div>
        )}
        {tested && <Result tested={tested} />}
      </div>
      <ServerProblem job={job} onKey={onKey} />
    </div>
  );
}

function Result({ tested: { answer } }: { tested: ServerTest }) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (!answer) return <p>{t('server.testNone')}</p>;
  const Sign = answer.sawPicture ? CircleCheck : CircleAlert;
  return (
    <div className={styles.result} data-testid="server-test-result">
      <Sign aria-hidden className={answer.sawPicture ? styles.good : styles.doubt} />
      <div className={styles.words}>
        <p>
          {t(answer.sawPicture ? 'server.testSaw' : 'server.testDidNot')}{' '}
          <span className={styles.time}>{formatDuration(answer.ms, language)}</span>
        </p>
        <blockquote className={styles.answer}>{answer.text.trim() || t('server.testNothing')}</blockquote>
      </div>
    </div>
  );
}

/** The model that is tested unless the user chooses another. */
const firstSeeing = (models: readonly ServerModel[]): ServerModel | undefined =>
  models.find(({ pictures }) => pictures === true) ?? models.find(({ pictures }) => pictures === null) ?? models[0];
