import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { defaultStrategy } from '../../capture';
import type { AskedStrategy, CameraPose, ErrorInfo, Item, SceneSetup, Source } from '../../contract';
import { Button, cx, ErrorCard, Meter } from '../ui';
import { Compass, type CompassHandle } from './Compass';
import { AddFiles, MissingFiles } from './MissingFiles';
import { Photographs } from './Photographs';
import { SceneBar } from './SceneBar';
import styles from './ScenePane.module.css';
import { UpChoice } from './UpChoice';
import { useCapture } from './use-capture';
import { useKeys } from './use-keys';
import { useScene } from './use-scene';
import type { ShownView } from './viewer';

export interface ScenePaneProps {
  source: Source;
  /** The tray; the views of this scene among them are shown as small cameras. */
  trayViews: Item[];
  /** Views to take at once, to begin with. */
  viewCount: number;
  /** The tray item under the pointer, here or there. */
  hovered: string | null;
  onHover: (itemId: string | null) => void;
  /** What the user made of this scene. */
  setup: SceneSetup;
  onSetup: (setup: SceneSetup) => void;
  onViews: (items: Item[], mode: 'replace' | 'append') => void;
  onError: (error: ErrorInfo) => void;
  /** An item whose pose the camera flies to: a cited view. A new object flies again. */
  goTo?: { item: Item } | null;
}

/** The 3D scene: turned and looked at, photographed from here or from all round. */
export function ScenePane(props: ScenePaneProps) {
  // Another scene, or the same one turned, is another pane: no view, key or job of the one before may reach it.
  return <OneScene key={`${props.source.id} ${props.setup.up ?? ''}`} {...props} />;
}

function OneScene({ source, trayViews, viewCount, hovered, onHover, setup, onSetup, onViews, onError, goTo }: ScenePaneProps) {
  const { t } = useTranslation();
  const compass = useRef<CompassHandle>(null);
  const onCamera = useRef((pose: CameraPose) => compass.current?.turn(pose));
  const { host, state, retry, cancelLoading } = useScene(source, onCamera, setup.up);
  const { progress, coverage, captureView, capturePlan, cancel } = useCapture(source.id, state, { onViews, onError });
  const [count, setCount] = useState(viewCount);
  const [chosen, setChosen] = useState<AskedStrategy | null>(null);
  const viewer = state.phase === 'ready' ? state.viewer : null;
  const hash = state.phase === 'ready' ? state.hash : null;

  const views = useMemo<ShownView[]>(
    () =>
      trayViews.flatMap(({ id, origin }) =>
        origin.kind === 'view' && origin.sceneHash === hash ? [{ id, pose: origin.pose, intrinsics: origin.intrinsics }] : [],
      ),
    [trayViews, hash],
  );
  useEffect(() => viewer?.showViews(views), [viewer, views]);
  useEffect(() => viewer?.highlight(hovered), [viewer, views, hovered]);
  useEffect(() => {
    if (viewer && goTo?.item.origin.kind === 'view') viewer.flyTo(goTo.item.origin.pose);
  }, [viewer, goTo]);
  useEffect(() => {
    if (viewer) compass.current?.turn(viewer.pose);
  }, [viewer]);

  const fit = (): void => viewer?.fit();
  const strategy = chosen ?? defaultStrategy(state.phase === 'ready' && state.facts.room);
  const capture = (): void => capturePlan(strategy, count);
  useKeys({ c: captureView, s: capture, f: fit });

  const fly = (id: string): void => {
    const view = views.find((one) => one.id === id);
    if (view) viewer?.flyTo(view.pose);
  };
  const pick = ({ nativeEvent }: PointerEvent): string | null => viewer?.pick(nativeEvent.offsetX, nativeEvent.offsetY) ?? null;
  const pressed = useRef({ x: 0, y: 0 });
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (viewer?.press(event.key, event.shiftKey)) event.preventDefault();
  };

  return (
    <section className={styles.pane} data-testid="scene-pane" data-scene-pane data-phase={state.phase} aria-label={t('scene.label', { name: source.name })}>
      <div className={styles.stage}>
        <div
          ref={host}
          data-testid="scene-canvas"
          role="application"
          aria-label={t('scene.canvas')}
          tabIndex={0}
          className={cx(styles.host, state.phase === 'ready' && styles.there, hovered !== null && styles.over)}
          onKeyDown={press}
          onPointerDown={(event) => (pressed.current = { x: event.clientX, y: event.clientY })}
          onPointerMove={(event) => {
            if (event.buttons !== 0) return;
            const id = pick(event);
            if (id !== hovered) onHover(id);
          }}
          onPointerLeave={() => hovered !== null && onHover(null)}
          onPointerUp={(event) => {
            // A press that did not move is a click on what lies there; one that did was a turn of the camera.
            if (Math.hypot(event.clientX - pressed.current.x, event.clientY - pressed.current.y) > 3) return;
            const id = event.button === 0 ? pick(event) : null;
            if (id) fly(id);
          }}
        />
        {viewer && (
          <>
            <div className={styles.square} aria-hidden />
            {state.phase === 'ready' && <UpChoice {...state.facts} onChange={(up) => onSetup({ ...setup, up })} />}
            <Compass ref={compass} views={views} hovered={hovered} onHover={onHover} onChoose={fly} />
          </>
        )}
        {state.phase === 'ready' && state.contextLost && <p className={styles.lost} role="status">{t('scene.contextLost')}</p>}
        {state.phase === 'ready' && state.viewer.photographs.length > 0 && (
          <Photographs source={source.id} viewer={state.viewer} missing={state.facts.missing.length} hash={state.hash} viewCount={viewCount} onViews={onViews} onError={onError} />
        )}
        {state.phase === 'ready' && state.facts.missing.length > 0 && state.viewer.photographs.length === 0 && <MissingFiles source={source.id} names={state.facts.missing} onAdded={retry} />}
        {state.phase === 'loading' && <Skeleton label={t('scene.loading', { name: source.name })} progress={state.progress} onCancel={cancelLoading} />}
        {state.phase === 'failed' && (
          <div className={styles.failed} data-testid="scene-error">
            <ErrorCard error={state.error} {...(trayViews.length > 0 ? { kept: t('scene.kept') } : {})}>
              {state.error.code === 'scene-incomplete' && <AddFiles source={source.id} onAdded={retry} />}
              <Button size="small" onPress={retry}>
                {t('scene.retry')}
              </Button>
            </ErrorCard>
          </div>
        )}
      </div>
      <SceneBar
        facts={state.phase === 'ready' ? state.facts : null}
        progress={progress}
        coverage={coverage}
        count={count}
        onCount={setCount}
        onView={captureView}
        strategy={strategy}
        onStrategy={setChosen}
        onCapture={capture}
        onFit={fit}
        onCancel={cancel}
      />
    </section>
  );
}

/** Where the scene will be: a solid on its shadow, until the real one is there. */
function Skeleton({ label, progress, onCancel }: { label: string; progress: { done: number; total: number } | null; onCancel: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={styles.skeleton} role="status" aria-label={label}>
      <svg viewBox="0 0 120 100" aria-hidden>
        <ellipse cx="60" cy="84" rx="46" ry="9" />
        <path d="M60 14 96 32 V68 L60 86 24 68 V32 Z" />
        <path d="M60 50 96 32 M60 50 24 32 M60 50 V86" className={styles.edges} />
      </svg>
      <p>{label}</p>
      <div className={styles.opening}>
        {progress && <Meter label={label} done={progress.done} total={progress.total} />}
        <Button size="small" tone="ghost" data-testid="scene-stop" onPress={onCancel}>
          {t('scene.cancel')}
        </Button>
      </div>
    </div>
  );
}
