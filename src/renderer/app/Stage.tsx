import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { NO_SETUP, type Source } from '../../contract';
import { PhotoPane } from '../panes/photo';
import {
  appendItems,
  arrangeViews,
  compareScenes,
  hoverItem,
  locateSource,
  notify,
  pickSceneToCompare,
  removeItems,
  removeSource,
  replaceItems,
  replaceItemsOf,
  selectItems,
  setSetup,
  useNumbers,
  useStore,
} from '../state';
import { Button } from '../ui';
import { VideoPane } from '../panes/video';
import { Welcome } from './Welcome';
import styles from './Stage.module.css';

// three.js is most of the window's code; it is read only when a scene is shown.
const ScenePane = lazy(async () => ({ default: (await import('../panes/scene')).ScenePane }));

/** The active source, large. */
export function Stage() {
  const { t } = useTranslation();
  const source = useStore((s) => s.project.sources.find((x) => x.id === s.project.activeSource) ?? null);
  const nothing = useStore((s) => s.project.sources.length === 0);
  if (nothing) return <Welcome />;
  if (!source) return <p className={styles.empty}>{t('stage.nothing')}</p>;
  if (!source.present) return <Missing source={source} />;
  if (source.kind === 'video') return <VideoPane key={source.id} source={source} />;
  if (source.kind === 'photo') return <PhotoPane key={source.id} source={source} />;
  return <SceneStage key={source.id} source={source} />;
}

function SceneStage({ source }: { source: Source }) {
  const { t } = useTranslation();
  const tray = useStore((s) => s.project.tray);
  const numbers = useNumbers();
  const viewCount = useStore((s) => s.settings.viewCount);
  const hovered = useStore((s) => s.hovered);
  const selected = useStore((s) => (s.selected.size === 1 ? ([...s.selected][0] ?? null) : null));
  const setup = useStore((s) => s.project.setups[source.id] ?? NO_SETUP);
  const sources = useStore((s) => s.project.sources);
  const others = sources.filter(({ id, kind, present }) => kind === 'scene' && present && id !== source.id);
  const second = others.find(({ id }) => id === setup.compare?.with) ?? null;
  const secondUp = useStore((s) => (second ? s.project.setups[second.id]?.up : undefined));
  const goTo = useStore((s) => ([source.id, second?.id].includes(s.goTo?.item.origin.source.id) ? s.goTo : null));
  const viewsOf = (id: string) => tray.filter((item) => item.origin.kind === 'view' && item.origin.source.id === id);
  const trayViews = viewsOf(source.id);
  return (
    <Suspense fallback={<p className={styles.empty}>{t('stage.opening')}</p>}>
      <ScenePane
        source={source}
        trayViews={trayViews}
        numbers={numbers}
        viewCount={viewCount}
        hovered={hovered}
        goTo={goTo}
        onHover={hoverItem}
        selected={selected}
        onSelect={(id) => selectItems(id === null ? [] : [id])}
        onRetaken={replaceItems}
        onRemove={(id) => removeItems([id])}
        setup={setup}
        onSetup={(changed) => setSetup(source.id, changed)}
        onViews={(items, mode) =>
          mode === 'replace'
            ? replaceItemsOf(new Set(items.map(({ origin }) => origin.source.id)), items)
            : appendItems(items)
        }
        others={others}
        second={second && { source: second, up: secondUp, trayViews: viewsOf(second.id) }}
        onCompare={(other) => compareScenes(source.id, other)}
        onPickOther={() => void pickSceneToCompare(source.id)}
        onArrange={(arrange) => arrangeViews(source.id, arrange)}
        onError={notify}
      />
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
        <Button onPress={() => void removeSource(source.id)}>{t('library.remove')}</Button>
      </div>
    </div>
  );
}
