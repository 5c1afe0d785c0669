// SPDX-License-Identifier: Apache-2.0
import { FolderOpen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { GAPS } from '../../contract';
import { useLanguage } from '../i18n';
import { RealModel, useServerOf } from '../models';
import { openSample, pickFiles, useStore } from '../state';
import { Button, cx } from '../ui';
import { Button as Tile } from 'react-aria-components';
import { SampleArt } from './SampleArt';
import styles from './Welcome.module.css';

/** Shown for an empty project: what the app does, and quick ways to begin. */
export function Welcome() {
  const { t } = useTranslation();
  const samples = useStore((s) => s.samples);
  const adding = useStore((s) => s.adding > 0);
  const language = useLanguage();
  const server = useServerOf(useStore((s) => s.project.model));
  return (
    <div className={styles.welcome}>
      <div className={styles.inner}>
        <h2 className={styles.title}>{t('welcome.title')}</h2>
        <p className={styles.lead}>
          {t('welcome.lead')}
          {server?.loopback !== false && GAPS[language] + t('welcome.private')}
        </p>
        <div className={styles.drop}>
          <p>{t('welcome.drop')}</p>
          <Button tone="accent" onPress={() => void pickFiles()} isDisabled={adding}>
            <FolderOpen aria-hidden />
            {t('library.open')}
          </Button>
          <p className={styles.kinds}>{t('welcome.kinds')}</p>
        </div>
        <div className={styles.real}>
          <RealModel />
        </div>
        {samples.length > 0 && (
          <>
            <h3 className={styles.or}>{t('welcome.samples')}</h3>
            <div className={cx(styles.tiles, samples.length % 2 === 0 && samples.length > 2 && styles.pairs)}>
              {samples.map((sample) => (
                <Tile
                  key={sample.id}
                  className={styles.tile ?? ''}
                  onPress={() => void openSample(sample.id)}
                  isDisabled={adding}
                  data-testid={`sample-${sample.id}`}
                >
                  <SampleArt sample={sample} />
                  <span className={styles.words}>
                    <span className={styles.name}>{sample.title[language]}</span>
                    {sample.questions[0] && <span className={styles.question}>{sample.questions[0]}</span>}
                  </span>
                </Tile>
              ))}
            </div>
          </>
        )}
      </div>
    </div>
  );
}
