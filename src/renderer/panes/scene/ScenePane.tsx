import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { Box } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { defaultStrategy, poseInScene } from '../../../camera';
import type { Arrangement, CameraPose, ErrorInfo, Item, SceneSetup, Source } from '../../../contract';
import { registerScene } from '../../state';
import { describeItem } from '../../tray';
import { Button, CompareMenu, cx, ErrorCard, Meter } from '../../ui';
import { Bookmarks } from './Bookmarks';
import { CameraBar } from './CameraBar';
import { CameraList } from './CameraList';
import { CompareBar, SecondScene, SideName, type Second, type SecondReady } from './compare';
import { Compass, type CompassHandle } from './Compass';
import { FactsSection, UnitsSection } from './FactsSection';
import { HiddenNote } from './HiddenNote';
import { LightSection } from './LightSection';
import { MeasureOverlay, type OverlayHandle } from './MeasureOverlay';
import { Measures } from './Measures';
import { AddFiles, MissingFiles } from './MissingFiles';
import { ObjectTree } from './ObjectTree';
import { PANEL_TABS, PanelTabs } from './PanelTabs';
import { PartBar } from './PartBar';
import { Photographs } from './Photographs';
import { cameraName } from './PosesButton';
import { SceneBar } from './SceneBar';
import styles from './ScenePane.module.css';
import { shownViews } from './shown-views';
import { Section, SidePanel } from './SidePanel';
import { Tools } from './Tools';
import { findPart } from './tree-rows';
import { formatLength } from './units';
import { UpChoice } from './UpChoice';
import { useCapture, type PaneStrategy } from './use-capture';
import { useInspection } from './use-inspection';
import { useKept } from './use-kept';
import { useKeys } from './use-keys';
import { usePartName } from './use-part-name';
import { useScene } from './use-scene';
import type { GizmoMode } from '../../../scene';

export interface ScenePaneProps {
  source: Source;
  /** Views of this scene in the tray; those of the file as it is now are shown as small cameras. */
  trayViews: Item[];
  /** By an item's id: what the model counts it by. */
  numbers: ReadonlyMap<string, number>;
  /** Views to take at once, to begin with. */
  viewCount: number;
  /** The tray item under the pointer, here or there. */
  hovered: string | null;
  onHover: (itemId: string | null) => void;
  /** The one item chosen in the tray, if it is one. */
  selected: string | null;
  onSelect: (itemId: string | null) => void;
  onViews: (items: Item[], mode: 'replace' | 'append') => void;
  /** Views were taken anew from another place; by the ids of the old ones. */
  onRetaken: (fresh: ReadonlyMap<string, Item>) => void;
  onRemove: (itemId: string) => void;
  /** What the user made of this scene. */
  setup: SceneSetup;
  onSetup: (setup: SceneSetup) => void;
  onError: (error: ErrorInfo) => void;
  /** The project's other scenes, one of which may stand beside this one. */
  others: readonly Source[];
  second: Second | null;
  onCompare: (other: string | null) => void;
  onPickOther: () => void;
  onArrange: (arrange: Arrangement) => void;
  /** An item whose pose the camera flies to: a cited view. A new object flies again. */
  goTo?: { item: Item } | null;
}

/** The 3D scene: turned and looked at, photographed from here or from all round. */
export function ScenePane(props: ScenePaneProps) {
  // Another scene, or the same one turned, is another pane: no view, key or job of the one before may reach it.
  return <OneScene key={`${props.source.id} ${props.setup.up ?? ''}`} {...props} />;
}

function OneScene(props: ScenePaneProps) {
  const {
    source,
    trayViews,
    viewCount,
    hovered,
    onHover,
    onSelect,
    onViews,
    onRetaken,
    onRemove,
    setup,
    onSetup,
    onError,
    goTo,
    second,
  } = props;
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
    { onViews, onRetaken, onError },
  );
  const [count, setCount] = useState(viewCount);
  const [chosen, setChosen] = useState<PaneStrategy | null>(null);
  const [mode, setMode] = useState<GizmoMode>('move');
  const [panel, setPanel] = useKept('panel', ['closed', 'open'], 'closed');
  const [tab, setTab] = useKept('tab', PANEL_TABS, 'views');
  const [litMeasure, setLitMeasure] = useState<string | null>(null);
  const viewer = state.phase === 'ready' ? state.viewer : null;
  const hash = state.phase === 'ready' ? state.hash : null;

  const inspection = useInspection(viewer, setup, onSetup);
  const { part, parts, units, look, measuring, half } = inspection;
  const partName = usePartName();

  const items = useMemo(
    () => trayViews.filter(({ origin }) => origin.kind === 'view' && origin.sceneHash === hash),
    [trayViews, hash],
  );
  const fileToScene = state.phase === 'ready' ? state.facts.fileToScene : undefined;
  const views = useMemo(() => shownViews(items, hash, fileToScene), [items, hash, fileToScene]);
  const place = items.findIndex(({ id }) => id === props.selected);
  const camera = items[place] ?? null;
  const selected = camera?.id ?? null;
  /** The bar of what is chosen stands at the bottom. */
  const raised = camera !== null || part !== null;

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
  // Two scenes are compared in one light.
  useEffect(() => other?.viewer.setLook(look), [other, look]);
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
    if (next) onSelect(next.id);
  };
  const choosePart = (path: string | null): void => {
    inspection.choose(path);
    if (path !== null && selected !== null) onSelect(null);
  };
  useEffect(() => registerScene({ sample: capture, take: captureView }));
  useKeys({
    c: captureView,
    ...(inspection.flying ? {} : { s: capture }), // flying, it is a way to move
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
    'shift+f': () => part && inspection.visit(part),
  });

  const aloneName = (alone: Parameters<typeof partName>[0] | null): string => (alone ? partName(alone) : '');
  const pick = ({ nativeEvent }: PointerEvent): string | null =>
    viewer?.pick(nativeEvent.offsetX, nativeEvent.offsetY) ?? null;
  const pressed = useRef({ x: 0, y: 0, held: false });
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (camera && (event.key === 'Delete' || event.key === 'Backspace')) onRemove(camera.id);
    else if (measuring && event.key === 'Enter')
      inspection.mark(event.currentTarget.clientWidth / 2, event.currentTarget.clientHeight / 2);
    else if (camera && event.key === 'Enter') fly(camera.id);
    else if (event.key === 'Escape' && inspection.leave()) void 0;
    else if (camera && event.key === 'Escape') onSelect(null);
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
      {second && <CompareBar arrange={arrange} onArrange={props.onArrange} onStop={() => props.onCompare(null)} />}
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
              if (id !== hovered) onHover(id);
            }}
            onPointerLeave={() => hovered !== null && onHover(null)}
            onPointerUp={(event) => {
              // A press that did not move is a click on what lies there; one that did was a turn of the camera.
              const { x, y, held } = pressed.current;
              if (held || event.button !== 0 || Math.hypot(event.clientX - x, event.clientY - y) > 3) return;
              const { offsetX, offsetY } = event.nativeEvent;
              if (measuring) return inspection.mark(offsetX, offsetY);
              const id = pick(event);
              if (items.some((item) => item.id === id)) {
                inspection.choose(null);
                if (id !== selected) onSelect(id);
                return;
              }
              if (selected !== null) onSelect(null);
              const path = viewer?.pickPart(offsetX, offsetY) ?? null;
              inspection.choose(path === part?.path ? null : path);
            }}
            onDoubleClick={() => selected !== null && hovered === selected && fly(selected)}
          />
          {viewer && (
            <>
              <div className={styles.square} aria-hidden />
              {state.phase === 'ready' && <UpChoice {...state.facts} onChange={(up) => onSetup({ ...setup, up })} />}
              <Compass
                ref={compass}
                views={views}
                hovered={hovered}
                onHover={onHover}
                onChoose={onSelect}
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
                  others={props.others}
                  active={second !== null}
                  icon={<Box />}
                  openLabel={t('scene.compareOpen')}
                  onCompare={props.onCompare}
                  onPick={props.onPickOther}
                />
              </Tools>
              <HiddenNote
                parts={parts}
                name={aloneName(parts.only && findPart(inspection.tree, parts.only.path))}
                onShowAll={inspection.showAll}
              />
              {part && !camera && (
                <PartBar
                  name={partName(part)}
                  alone={parts.only?.path === part.path}
                  hidden={parts.hidden.some(({ path }) => path === part.path)}
                  onVisit={() => inspection.visit(part)}
                  onHide={inspection.hide}
                  onIsolate={inspection.isolate}
                  onClose={() => inspection.choose(null)}
                />
              )}
              {camera && (
                <CameraBar
                  name={t('scene.camera', { number: props.numbers.get(camera.id), words: describeItem(camera) })}
                  mode={mode}
                  busy={progress !== null}
                  onMode={setMode}
                  onVisit={() => fly(camera.id)}
                  onRetake={retakeHere}
                  onRemove={() => onRemove(camera.id)}
                  onClose={() => onSelect(null)}
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
              onViews={onViews}
              onNotes={setNotes}
              onError={onError}
            />
          )}
          {state.phase === 'ready' && state.facts.missing.length > 0 && state.viewer.photographs.length === 0 && (
            <MissingFiles source={source.id} names={state.facts.missing} raised={raised} onAdded={retry} />
          )}
          {state.phase === 'loading' && (
            <Skeleton
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
          <SidePanel>
            <PanelTabs
              tab={tab}
              onTab={setTab}
              panels={{
                views: (
                  <>
                    <Section title={t('scene.cameras')}>
                      <CameraList
                        numbers={props.numbers}
                        views={items}
                        selected={selected}
                        hovered={hovered}
                        onSelect={onSelect}
                        onHover={onHover}
                        onVisit={fly}
                        onRemove={onRemove}
                      />
                    </Section>
                    <Section title={t('scene.bookmarks')}>
                      <Bookmarks
                        bookmarks={setup.bookmarks}
                        onChange={(bookmarks) => onSetup({ ...setup, bookmarks })}
                        onTake={(name) => ({ id: crypto.randomUUID(), name, pose: viewer.pose, fovY: viewer.fovY })}
                        onVisit={({ pose, fovY }) => viewer.flyTo(pose, fovY)}
                        onGiven={(camera) => ({
                          id: crypto.randomUUID(),
                          name: cameraName(camera),
                          ...viewer.givenCamera(camera),
                        })}
                        onError={onError}
                      />
                    </Section>
                  </>
                ),
                objects: (
                  <ObjectTree
                    tree={inspection.tree}
                    parts={parts}
                    onParts={inspection.setParts}
                    chosen={part?.path ?? null}
                    onChoose={choosePart}
                    onVisit={inspection.visit}
                  />
                ),
                scene: (
                  <>
                    <Section title={t('scene.lightTitle')}>
                      <LightSection
                        look={look}
                        fileLights={state.facts.lights > 0}
                        onPreview={(preview) => viewer.setLook(preview)}
                        onLook={(changed) => onSetup({ ...setup, look: changed })}
                      />
                    </Section>
                    <Section title={t('scene.measures')}>
                      <Measures
                        measures={setup.measures}
                        units={units}
                        measuring={measuring}
                        onChange={(measures) => onSetup({ ...setup, measures })}
                        onHover={setLitMeasure}
                        onMeasure={() => inspection.measure(true)}
                      />
                    </Section>
                    <Section title={t('scene.units')}>
                      <UnitsSection
                        format={state.facts.format}
                        units={units}
                        onUnits={(changed) => onSetup({ ...setup, units: changed })}
                      />
                    </Section>
                    <Section title={t('scene.facts')}>
                      <FactsSection facts={state.facts} units={units} />
                    </Section>
                  </>
                ),
              }}
            />
          </SidePanel>
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

/** Where the scene will be: a solid on its shadow, until the real one is there. */
function Skeleton({
  label,
  progress,
  onCancel,
}: {
  label: string;
  progress: { done: number; total: number } | null;
  onCancel: () => void;
}) {
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
