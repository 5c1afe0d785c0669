// SPDX-License-Identifier: Apache-2.0
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { Source } from '../../contract';
import { PhotoPane } from '../panes/photo';
import { locateSource, removeSources, useStore } from '../state';
import { Button } from '../ui';
import { VideoPane } from '../panes/video';
import { Welcome } from './Welcome';
import styles from './Stage.module.css';

// three.js is most of the window's code, so it is loaded only when a scene is shown.
const ScenePane = lazy(async () => ({ default: (await import('../panes/scene')).ScenePane }));

/** Shows the active source. */
export function Stage() {
  const { t } = useTranslation();
  const source = useStore((s) => s.project.sources.find((x) => x.id === s.project.activeSource) ?? null);
  const nothing = useStore((s) => s.project.sources.length === 0);
  if (nothing) return <Welcome />;
  if (!source) return <p className={styles.empty}>{t('stage.nothing')}</p>;
  if (!source.present) return <Missing source={source} />;
  if (source.kind === 'video') return <VideoPane key={source.id} source={source} />;
  if (source.kind === 'photo') return <PhotoPane key={source.id} source={source} />;
  return (
    <Suspense fallback={<p className={styles.empty}>{t('stage.opening')}</p>}>
      <ScenePane key={source.id} source={source} />
    </Suspense>
  );
}

function Missing({ source }: { source: Source }) {
  const { t } = useTranslation();
  return (
    <div className={styles.missing}>
      <h2>{t('stage.missing', { name: source.name })}</h2>
      <p>{t('stage.missingKept')}</p>
      <div className={styles.actions}>
        <Button tone="accent" onPress={() => void locateSource(source.id)}>
          {t('library.locate')}
        </Button>
        <Button onPress={() => void removeSources([source.id])}>{t('library.remove')}</Button>
      </div>
    </div>
  );
}
