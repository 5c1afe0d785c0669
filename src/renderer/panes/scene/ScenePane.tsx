// SPDX-License-Identifier: Apache-2.0
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { Box } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { defaultStrategy, poseInScene } from '../../../camera';
import type { CameraPose, Source } from '../../../contract';
import {
  arrangeViews,
  compareScenes,
  hoverItem,
  notify,
  pickSceneToCompare,
  registerScene,
  removeItems,
  replaceItems,
  useNumbers,
  useStore,
} from '../../state';
import { describeItem } from '../../tray';
import { Button, CompareMenu, cx, ErrorCard, useKept } from '../../ui';
import { CameraBar } from './CameraBar';
import { CompareBar, SecondScene, SideName, type SecondReady } from './compare';
import { Compass, type CompassHandle } from './Compass';
import { HiddenNote } from './HiddenNote';
import { MeasureOverlay, type OverlayHandle } from './MeasureOverlay';
import { AddFiles, MissingFiles } from './MissingFiles';
import { ObjectBar } from './ObjectBar';
import { Photographs } from './Photographs';
import { SceneBar } from './SceneBar';
import styles from './ScenePane.module.css';
import { ScenePanel } from './ScenePanel';
import { SceneSkeleton } from './SceneSkeleton';
import { shownViews } from './shown-views';
import { Tools } from './Tools';
import { findObject } from './tree-rows';
import { formatLength } from './units';
import { UpChoice } from './UpChoice';
import { useCapture, type PaneStrategy } from './use-capture';
import { useInspection } from './use-inspection';
import { useKeys } from './use-keys';
import { useObjectName } from './use-object-name';
import { useScene } from './use-scene';
import { putViews, select, useSceneProject } from './use-scene-project';
import type { GizmoMode } from '../../../scene';

/** The pane of a 3D scene: move around in it and capture views. */
export function ScenePane({ source }: { source: Source }) {
  const up = useStore((s) => s.project.setups[source.id]?.up);
  // A new key remounts the pane for another scene or up axis, so that no view, key or job of the previous one reaches
  // it.
  return <OneScene key={`${source.id} ${up ?? ''}`} source={source} />;
}

function OneScene({ source }: { source: Source }) {
  const { trayViews, second, others, setup, change, goTo } = useSceneProject(source);
  const numbers = useNumbers();
  const viewCount = useStore((s) => s.settings.viewCount);
  const hovered = useStore((s) => s.hovered);
  const inTray = useStore((s) => (s.selected.size === 1 ? ([...s.selected][0] ?? null) : null));
  const { t } = useTranslation();
  const compass = useRef<CompassHandle>(null);
  const overlay = useRef<OverlayHandle>(null);
  const [other, setOther] = useState<SecondReady | null>(null);
  const arrange = setup.compare?.arrange ?? 'alternate';
  const onCamera = useRef<(pose: CameraPose) => void>(null);
  const onMoved = useRef<(id: string, pose: CameraPose) => void>(null);
  const [speed, setSpeed] = useState(0);
  const onSpeed = useRef(setSpeed);
  const { host, state, retry, cancelLoading } = useScene(source, { onCamera, onMoved, onSpeed }, setup.up);
  const { progress, coverage, notes, setNotes, captureView, retake, capturePlan, cancel } = useCapture(
    source.id,
    state,
    other && second && { ready: other, arrange, trayViews: second.trayViews },
    { onViews: putViews, onRetaken: replaceItems, onError: notify },
  );
  const [count, setCount] = useState(viewCount);
  const [chosen, setChosen] = useState<PaneStrategy | null>(null);
  const [mode, setMode] = useState<GizmoMode>('move');
  const [panel, setPanel] = useKept('scene.panel', ['closed', 'open'], 'closed');
  const [litMeasure, setLitMeasure] = useState<string | null>(null);
  const viewer = state.phase === 'ready' ? state.viewer : null;
  const hash = state.phase === 'ready' ? state.hash : null;

  const inspection = useInspection(viewer, setup, change);
  const { object, shown, units, renderSettings, measuring, half } = inspection;
  const objectName = useObjectName();

  const items = useMemo(
    () => trayViews.filter(({ origin }) => origin.kind === 'view' && origin.sceneHash === hash),
    [trayViews, hash],
  );
  const fileToScene = state.phase === 'ready' ? state.facts.fileToScene : undefined;
  const views = useMemo(() => shownViews(items, hash, fileToScene), [items, hash, fileToScene]);
  const place = items.findIndex(({ id }) => id === inTray);
  const camera = items[place] ?? null;
  const selected = camera?.id ?? null;
  /** Whether a bar for the selection is shown at the bottom. */
  const raised = camera !== null || object !== null;

  useEffect(() => viewer?.showViews(views), [viewer, views]);
  useEffect(() => viewer?.highlight(hovered), [viewer, views, hovered]);
  useEffect(() => viewer?.select(selected, mode), [viewer, views, selected, mode]);
  useEffect(() => {
    if (viewer && goTo?.item.origin.kind === 'view')
      viewer.flyTo(poseInScene(goTo.item.origin, fileToScene), goTo.item.origin.intrinsics.fovY);
  }, [viewer, goTo, fileToScene]);
  useEffect(() => {
    if (viewer) compass.current?.turn(viewer.pose);
  }, [viewer]);
  useEffect(() => {
    onCamera.current = (pose) => {
      compass.current?.turn(pose);
      overlay.current?.draw();
      if (viewer) other?.viewer.follow(pose, viewer.fovY);
    };
  });
  // Compared scenes get the same render settings.
  useEffect(() => other?.viewer.setRenderSettings(renderSettings), [other, renderSettings]);
  useEffect(() => {
    onMoved.current = (id, pose) => {
      const item = items.find((one) => one.id === id);
      if (item?.origin.kind !== 'view') return;
      void retake(item, pose, item.origin.intrinsics.fovY).then((taken) => !taken && viewer?.putBack(id));
    };
  });

  const cameras = useMemo(() => viewer?.cameras.length ?? 0, [viewer]);
  const fit = (): void => viewer?.fit();
  const bookmarked = setup.bookmarks.length > 0;
  const asked = chosen === 'bookmarks' && !bookmarked ? null : chosen;
  const strategy = asked ?? defaultStrategy(state.phase === 'ready' && state.facts.room);
  const capture = (): void => capturePlan(strategy, count, setup.bookmarks);
  const fly = (id: string): void => {
    const view = views.find((one) => one.id === id);
    if (view) viewer?.flyTo(view.pose, view.intrinsics.fovY);
  };
  const retakeHere = (): void => void (viewer && camera && retake(camera, viewer.pose, viewer.fovY));
  const step = (by: 1 | -1): void => {
    const next = items.at(place < 0 ? (by > 0 ? 0 : -1) : (place + by) % items.length);
    if (next) select(next.id);
  };
  const chooseObject = (path: string | null): void => {
    inspection.choose(path);
    if (path !== null && selected !== null) select(null);
  };
  useEffect(() => registerScene({ sample: capture, take: captureView }));
  useKeys({
    c: captureView,
    ...(inspection.flying ? {} : { s: capture }), // when flying, this key moves the camera
    f: fit,
    u: retakeHere,
    '[': () => step(-1),
    ']': () => step(1),
    g: () => inspection.fly(!inspection.flying),
    r: () => inspection.measure(!measuring),
    n: () => setPanel(panel === 'open' ? 'closed' : 'open'),
    h: inspection.hide,
    '/': inspection.isolate,
    'shift+h': inspection.showAll,
    'shift+f': () => object && inspection.visit(object),
  });

  const aloneName = (alone: Parameters<typeof objectName>[0] | null): string => (alone ? objectName(alone) : '');
  const pick = ({ nativeEvent }: PointerEvent): string | null =>
    viewer?.pick(nativeEvent.offsetX, nativeEvent.offsetY) ?? null;
  const pressed = useRef({ x: 0, y: 0, held: false });
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (camera && (event.key === 'Delete' || event.key === 'Backspace')) removeItems([camera.id]);
    else if (measuring && event.key === 'Enter')
      inspection.mark(event.currentTarget.clientWidth / 2, event.currentTarget.clientHeight / 2);
    else if (camera && event.key === 'Enter') fly(camera.id);
    else if (event.key === 'Escape' && inspection.leave()) void 0;
    else if (camera && event.key === 'Escape') select(null);
    else if (!viewer?.press(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <section
      className={styles.pane}
      data-testid="scene-pane"
      data-scene-pane
      data-phase={state.phase}
      aria-label={t('scene.label', { name: source.name })}
    >
      {second && (
        <CompareBar
          arrange={arrange}
          onArrange={(order) => arrangeViews(source.id, order)}
          onStop={() => compareScenes(source.id, null)}
        />
      )}
      <div className={styles.across}>
        <div className={styles.stage}>
          <div
            ref={host}
            data-testid="scene-canvas"
            role="application"
            aria-label={t('scene.canvas')}
            tabIndex={0}
            className={cx(
              styles.host,
              state.phase === 'ready' && styles.there,
              hovered !== null && styles.over,
              measuring && styles.measuring,
            )}
            onKeyDown={press}
            onPointerDown={(event) =>
              (pressed.current = { x: event.clientX, y: event.clientY, held: viewer?.held ?? false })
            }
            onPointerMove={(event) => {
              if (event.buttons !== 0) return;
              if (measuring) return inspection.trace(event.nativeEvent.offsetX, event.nativeEvent.offsetY);
              const id = pick(event);
              if (id !== hovered) hoverItem(id);
            }}
            onPointerLeave={() => hovered !== null && hoverItem(null)}
            onPointerUp={(event) => {
              // A press without movement is a click on the scene; with movement it turned the camera.
              const { x, y, held } = pressed.current;
              if (held || event.button !== 0 || Math.hypot(event.clientX - x, event.clientY - y) > 3) return;
              const { offsetX, offsetY } = event.nativeEvent;
              if (measuring) return inspection.mark(offsetX, offsetY);
              const id = pick(event);
              if (items.some((item) => item.id === id)) {
                inspection.choose(null);
                if (id !== selected) select(id);
                return;
              }
              if (selected !== null) select(null);
              const path = viewer?.pickObject(offsetX, offsetY) ?? null;
              inspection.choose(path === object?.path ? null : path);
            }}
            onDoubleClick={() => selected !== null && hovered === selected && fly(selected)}
          />
          {viewer && (
            <>
              <div className={styles.square} aria-hidden />
              {state.phase === 'ready' && <UpChoice {...state.facts} onChange={(up) => change({ ...setup, up })} />}
              <Compass
                ref={compass}
                views={views}
                hovered={hovered}
                onHover={hoverItem}
                onChoose={select}
                onSide={(side) => viewer.lookFrom(side)}
              />
              <MeasureOverlay
                ref={overlay}
                measures={setup.measures}
                pending={half}
                lit={litMeasure}
                units={units}
                onScreen={(from, to) => viewer.onScreen(from, to)}
              />
              {measuring && <div className={styles.cross} aria-hidden />}
              <Tools
                raised={raised}
                flying={inspection.flying}
                speed={t('scene.perSecond', { length: `${formatLength(speed, units, 2)} ${units.shown}` })}
                measuring={measuring}
                half={half !== null}
                panel={panel === 'open'}
                onFly={() => inspection.fly(!inspection.flying)}
                onMeasure={() => inspection.measure(!measuring)}
                onPanel={() => setPanel(panel === 'open' ? 'closed' : 'open')}
              >
                <CompareMenu
                  others={others}
                  active={second !== null}
                  icon={<Box />}
                  openLabel={t('scene.compareOpen')}
                  onCompare={(other) => compareScenes(source.id, other)}
                  onPick={() => void pickSceneToCompare(source.id)}
                />
              </Tools>
              <HiddenNote
                shown={shown}
                name={aloneName(shown.only && findObject(inspection.tree, shown.only.path))}
                onShowAll={inspection.showAll}
              />
              {object && !camera && (
                <ObjectBar
                  name={objectName(object)}
                  alone={shown.only?.path === object.path}
                  hidden={shown.hidden.some(({ path }) => path === object.path)}
                  onVisit={() => inspection.visit(object)}
                  onHide={inspection.hide}
                  onIsolate={inspection.isolate}
                  onClose={() => inspection.choose(null)}
                />
              )}
              {camera && (
                <CameraBar
                  name={t('scene.camera', { number: numbers.get(camera.id), words: describeItem(camera) })}
                  mode={mode}
                  busy={progress !== null}
                  onMode={setMode}
                  onVisit={() => fly(camera.id)}
                  onRetake={retakeHere}
                  onRemove={() => removeItems([camera.id])}
                  onClose={() => select(null)}
                />
              )}
            </>
          )}
          {second && <SideName side="A" name={source.name} />}
          {state.phase === 'ready' && state.contextLost && (
            <p className={styles.lost} role="status">
              {t('scene.contextLost')}
            </p>
          )}
          {state.phase === 'ready' && state.viewer.photographs.length > 0 && (
            <Photographs
              source={source.id}
              viewer={state.viewer}
              missing={state.facts.missing.length}
              hash={state.hash}
              viewCount={viewCount}
              raised={raised}
              onViews={putViews}
              onNotes={setNotes}
              onError={notify}
            />
          )}
          {state.phase === 'ready' && state.facts.missing.length > 0 && state.viewer.photographs.length === 0 && (
            <MissingFiles source={source.id} names={state.facts.missing} raised={raised} onAdded={retry} />
          )}
          {state.phase === 'loading' && (
            <SceneSkeleton
              label={t('scene.loading', { name: source.name })}
              progress={state.progress}
              onCancel={cancelLoading}
            />
          )}
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
        {second && state.phase === 'ready' && (
          <SecondScene
            key={`${second.source.id} ${second.up ?? ''}`}
            second={second}
            first={viewer}
            origin={state.facts.origin}
            hovered={hovered}
            onReady={setOther}
          />
        )}
        {viewer && panel === 'open' && state.phase === 'ready' && (
          <ScenePanel
            source={source}
            viewer={viewer}
            facts={state.facts}
            items={items}
            selected={selected}
            inspection={inspection}
            onSelect={select}
            onFly={fly}
            onChoose={chooseObject}
            onLight={setLitMeasure}
          />
        )}
      </div>
      <SceneBar
        facts={state.phase === 'ready' && (!second || other) ? state.facts : null}
        pairs={second !== null}
        progress={progress}
        coverage={coverage}
        notes={notes}
        count={count}
        onCount={setCount}
        onView={captureView}
        strategy={strategy}
        bookmarks={setup.bookmarks.length}
        cameras={cameras}
        onStrategy={setChosen}
        onCapture={capture}
        onFit={fit}
        onCancel={cancel}
      />
    </section>
  );
}
