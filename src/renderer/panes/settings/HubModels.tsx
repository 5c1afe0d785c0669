// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from 'react';
import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { HubProgress } from '../../models';
import { getHubModel, readHubModels, useStore } from '../../state';
import { Button, ErrorCard } from '../../ui';
import { HubModelCard } from './HubModelCard';
import { HubTokenRow } from './HubTokenRow';
import { Missing, ModelsFolder } from './ModelsFolder';
import { TextInput } from './servers';
import styles from './HubModels.module.css';

/** Models of the hub: suggested and downloaded ones, the download in progress, and a field for any other. */
export function HubModels() {
  const { t } = useTranslation();
  const models = useStore((s) => s.hubModels);
  const catalog = useStore((s) => s.catalog);
  const job = useStore((s) => s.hubJob);
  const error = useStore((s) => s.hubError);
  const place = useStore((s) => s.modelsPlace);
  const [text, setText] = useState('');
  useEffect(() => void readHubModels(), []);
  const repo = text.trim();
  const start = () => repo !== '' && !job && void getHubModel(repo);
  const others = models.filter((model) => !catalog.some((one) => one.repo === model.repo));
  const isListed = (name: string) => [...catalog, ...models].some((one) => one.repo === name);
  // What does not fit stands last; otherwise the order of preference.
  const suggested = [...catalog].sort((a, b) => rank(a) - rank(b));
  return (
    <section className={styles.hub} aria-label={t('hub.title')}>
      <h3 className={styles.title}>{t('hub.title')}</h3>
      <p className={styles.lead}>{t('hub.lead')}</p>
      {job && !isListed(job.repo) && <HubProgress />}
      {place && !place.isThere && <Missing />}
      {error && <ErrorCard error={error} />}
      {others.length > 0 && (
        <ul className={styles.list} aria-label={t('hub.downloaded')}>
          {others.map((model) => (
            <HubModelCard key={model.repo} repo={model.repo} here={model} />
          ))}
        </ul>
      )}
      <ul className={styles.list} aria-label={t('hub.suggestions')}>
        {suggested.map((entry) => (
          <HubModelCard
            key={entry.repo}
            repo={entry.repo}
            entry={entry}
            here={models.find((model) => model.repo === entry.repo)}
          />
        ))}
      </ul>
      <h3 className={styles.title}>{t('hub.another')}</h3>
      <p className={styles.lead}>{t('hub.anotherHint')}</p>
      <div
        className={styles.form}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
          event.preventDefault();
          start();
        }}
      >
        <TextInput
          label={t('hub.name')}
          value={text}
          onChange={setText}
          maxLength={200}
          className={styles.input}
          testId="hub-name"
        />
        <Button isDisabled={repo === '' || job !== null} onPress={start} data-testid="hub-get">
          <Download aria-hidden />
          {t('hub.get')}
        </Button>
      </div>
      <HubTokenRow />
      <ModelsFolder />
    </section>
  );
}

const rank = ({ recommended, fits }: { recommended: boolean; fits: 'well' | 'tight' | 'no' }): number =>
  recommended ? 0 : { well: 1, tight: 2, no: 3 }[fits];
