// SPDX-License-Identifier: Apache-2.0
import { FolderOpen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { GAPS } from '../../contract';
import { useLanguage } from '../i18n';
import { RealModel, useServerOf } from '../models';
import { openDialog, openSample, pickFiles, useStore } from '../state';
import { Button, cx } from '../ui';
import { Button as Tile } from 'react-aria-components';
import { ProjectTile } from './ProjectTile';
import { SampleArt } from './SampleArt';
import { useProjects } from './use-projects';
import tiles from './ProjectTile.module.css';
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
        <RecentProjects />
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

const RECENT = 6;

/** The projects that were changed last. Nothing if there are no others. */
function RecentProjects() {
  const { t } = useTranslation();
  const current = useStore((s) => s.project.id);
  const { projects, onList } = useProjects();
  const others = projects?.filter(({ id, archived }) => id !== current && !archived) ?? [];
  if (others.length === 0) return null;
  return (
    <section className={styles.recent} aria-label={t('projects.recent')}>
      <header className={styles.recentHead}>
        <h3 className={styles.or}>{t('projects.recent')}</h3>
        {(projects?.length ?? 0) > RECENT + 1 && (
          <Button size="small" tone="ghost" onPress={() => openDialog({ kind: 'projects' })}>
            {t('projects.all')}
          </Button>
        )}
      </header>
      <ul className={tiles.tiles}>
        {others.slice(0, RECENT).map((project) => (
          <ProjectTile key={project.id} project={project} onList={onList} />
        ))}
      </ul>
    </section>
  );
}
