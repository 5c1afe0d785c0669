// SPDX-License-Identifier: Apache-2.0
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Vec3 } from '../../../../contract';
import { ErrorCard } from '../../../ui';
import { shownViews } from '../shown-views';
import { useScene } from '../use-scene';
import type { SceneViewer } from '../../../../scene';
import styles from './Compare.module.css';
import type { Second, SecondReady } from './second';

interface SecondSceneProps {
  second: Second;
  /** The viewer of the first scene, whose camera this one follows. */
  first: SceneViewer | null;
  /** The point in the first scene's file that its coordinates are relative to. */
  origin: Vec3;
  hovered: string | null;
  /** Called when the scene is loaded, and with null when it is closed. */
  onReady: (ready: SecondReady | null) => void;
}

/** The second scene, always seen from the same pose as the first one. It has no controls of its own. */
export function SecondScene({ second: { source, up, trayViews }, first, origin, hovered, onReady }: SecondSceneProps) {
  const { t } = useTranslation();
  const nobody = useRef(null);
  const { host, state } = useScene(source, { onCamera: nobody, onMoved: nobody, onSpeed: nobody }, up, false, origin);
  const viewer = state.phase === 'ready' ? state.viewer : null;
  const hash = state.phase === 'ready' ? state.hash : null;
  const fileToScene = state.phase === 'ready' ? state.facts.fileToScene : undefined;
  const views = useMemo(() => shownViews(trayViews, hash, fileToScene), [trayViews, hash, fileToScene]);

  useEffect(() => {
    onReady(viewer && hash !== null ? { source: source.id, viewer, hash } : null);
    return () => onReady(null);
  }, [viewer, hash, source.id, onReady]);
  useEffect(() => {
    if (viewer && first) viewer.follow(first.pose, first.fovY);
  }, [viewer, first]);
  useEffect(() => viewer?.showViews(views), [viewer, views]);
  useEffect(() => viewer?.highlight(hovered), [viewer, views, hovered]);

  return (
    <div
      className={styles.second}
      role="group"
      aria-label={t('compare.second', { name: source.name })}
      data-testid="second-scene"
      data-phase={state.phase}
    >
      <div ref={host} className={styles.host} />
      {state.phase === 'loading' && (
        <p className={styles.wait} role="status">
          {t('scene.loading', { name: source.name })}
        </p>
      )}
      {state.phase === 'failed' && (
        <div className={styles.wait}>
          <ErrorCard error={state.error} />
        </div>
      )}
      <SideName side="B" name={source.name} />
    </div>
  );
}

/** The label A or B of a compared scene, with its name. */
export function SideName({ side, name }: { side: 'A' | 'B'; name: string }) {
  return (
    <span className={styles.name}>
      <b>{side}</b> {name}
    </span>
  );
}
