import { PerspectiveCamera, WebGLRenderer, type Vector3 } from 'three';
import {
  boundsDiagonal,
  cameraInScene,
  clipRange,
  givenPose,
  pieceAreas,
  pieceWorth,
  squareIntrinsics,
  SURVEY_SIZE,
  type Bounds,
  type PosedPicture,
} from '../../camera';
import {
  ALL_PARTS,
  say,
  ZoetropeError,
  type Camera,
  type CameraPose,
  type GivenCamera,
  type Intrinsics,
  type PartRef,
  type Passes,
  type SceneLook,
  type ShownParts,
  type Vec3,
} from '../../contract';
import { fileCameras } from './file-cameras';
import { nextFrame } from '../frames';
import { Frustums, type ShownView } from './frustums';
import type { SceneFiles } from '../files/scene-files';
import { Gizmo, type GizmoMode } from './gizmo';
import { Light } from './light';
import { Lens } from '../render/lens';
import { disposeScene, loadScene, type LoadedScene, type LoadOptions, type SceneFacts } from '../load/load';
import { Orbit, type Side } from './orbit';
import { Outline } from './outline';
import { Parts, type ScenePart } from '../load/parts';
import { pickSurface, type Hit } from './pick';
import { drawSides, type DrawnView } from '../render/backs';
import { objectNames, takePasses } from '../render/passes';
import { poseMatrix, vec3, vector } from '../pose';
import { captureFailed, contextBack, glance, readPixels, sizeCanvas, takePicture, type Fault } from '../render/picture';
import { photographIntrinsics, type Photograph } from '../load/posed';
import { rayAt, screenFov, stretchOnScreen, type Vec2 } from './screen';
import { Stage } from './stage';
import { Survey } from '../render/survey';
import { Thinning } from './thin';
import { sampleTriangles } from '../load/triangles';

export interface ViewerOptions {
  /** False for the hidden page, which nobody steers. */
  interactive?: boolean;
  reducedMotion?: () => boolean;
  /** After each picture on screen: the user's camera may have moved. */
  onCamera?: (pose: CameraPose) => void;
  /** How fast it flies, scene units a second. */
  onSpeed?: (speed: number) => void;
  /** A camera was moved or turned by its handles and let go. */
  onMoved?: (id: string, pose: CameraPose) => void;
  /** The graphics card gave up (`true`), or came back (`false`). */
  onContextLost?: (lost: boolean) => void;
}

/** How long the camera is at rest before a cloud that was thinned out is drawn whole, milliseconds. */
const SETTLE_MS = 250;

/** Edge of a captured picture in pixels: twice what the model's own resizing leaves, so that it has room to average. */
export const PICTURE_SIZE = 768;

/**
 * One scene on one canvas: loading, the user's camera, and pictures from any pose. It draws only when something has
 * changed. The canvas is its own, made here: a context once given up cannot be had again from the same canvas.
 */
export class SceneViewer {
  readonly canvas = document.createElement('canvas');
  private readonly renderer: WebGLRenderer;
  private readonly stage = new Stage();
  private readonly frustums = new Frustums();
  private readonly light = new Light();
  private readonly outline = new Outline(this.frustums.scene);
  private readonly camera = new PerspectiveCamera();
  private readonly pictureCamera = new PerspectiveCamera();
  private readonly gizmo: Gizmo | null;
  private readonly orbit: Orbit;
  private readonly lens = new Lens();
  private loaded: LoadedScene | null = null;
  private screen = { width: 1, height: 1, pixelRatio: 1 };
  private pending = 0;
  /** When the camera last took a step, milliseconds; null while it is at rest. */
  private movedAt: number | null = null;
  private disposed = false;
  private shown: readonly ShownView[] = [];
  private highlighted: string | null = null;
  private followed = '';
  private selected: string | null = null;
  private mode: GizmoMode = 'move';
  private thinning: Thinning | null = null;
  /** Draws all of it once the camera has been at rest for a moment. */
  private settling: ReturnType<typeof setTimeout> | undefined;
  private shownParts: ShownParts = ALL_PARTS;
  private chosen: PartRef | null = null;

  constructor(private readonly options: ViewerOptions = {}) {
    this.renderer = this.makeRenderer();
    this.renderer.autoClear = false;
    const interactive = options.interactive ?? true;
    // Before the orbit, so that a handle is known to be held before the same press could turn the scene.
    this.gizmo = interactive ? this.makeGizmo() : null;
    this.orbit = new Orbit(this.camera, interactive ? this.canvas : null, options.reducedMotion ?? (() => false), {
      onInput: () => this.invalidate(),
      onSpeed: (speed) => options.onSpeed?.(speed),
    });
    this.canvas.addEventListener('webglcontextlost', this.onLost);
    this.canvas.addEventListener('webglcontextrestored', this.onRestored);
  }

  get facts(): SceneFacts | null {
    return this.loaded?.facts ?? null;
  }

  /** The photographs of a folder of them, with the cameras that took them. */
  get photographs(): readonly Photograph[] {
    return this.loaded?.photographs ?? [];
  }

  /** The box round what is shown of the scene: views are planned round it. */
  get bounds(): Bounds | null {
    if (!this.loaded) return null;
    const { hidden, only } = this.shownParts;
    return (hidden.length > 0 || only ? Parts.bounds(this.loaded.root) : null) ?? this.loaded.bounds;
  }

  /** What the scene is made of, as a tree. */
  get tree(): readonly ScenePart[] {
    return this.loaded?.parts.tree ?? [];
  }

  /** Cameras that came with the scene. */
  get cameras(): GivenCamera[] {
    return this.loaded ? fileCameras(this.loaded.root) : [];
  }

  /** Reads a scene and shows it whole. What was shown before stays until the new one is ready. */
  async load(files: SceneFiles, options: LoadOptions = {}): Promise<SceneFacts> {
    const loaded = await loadScene(files, options);
    if (this.disposed || options.signal?.aborted) {
      disposeScene(loaded.root);
      throw new ZoetropeError('cancelled', say`Stopped.`, say`Open it again whenever you like.`);
    }
    this.clear();
    this.loaded = loaded;
    loaded.parts.show(this.shownParts);
    this.thinning = new Thinning(loaded.root);
    this.stage.show(this.renderer, loaded);
    this.orbit.frame(loaded.bounds, this.lens.wanted);
    this.showViews(this.shown);
    this.invalidate();
    return loaded.facts;
  }

  /** The canvas's size on the page in CSS pixels. */
  resize(width: number, height: number, pixelRatio: number): void {
    this.screen = { width: Math.max(1, Math.floor(width)), height: Math.max(1, Math.floor(height)), pixelRatio };
    // Drawn at once: a resized canvas is empty, and would flash.
    this.draw();
  }

  /** Shows everything that is not hidden, or one part of it, whole. */
  fit(part?: PartRef): void {
    const object = part && this.loaded?.parts.find(part);
    const bounds = (object && Parts.bounds(object)) ?? this.bounds;
    if (bounds) this.orbit.fit(bounds, this.lens.wanted, true);
    this.invalidate();
  }

  /** Goes round to look from a side, at what is looked at now. */
  lookFrom(side: Side): void {
    this.orbit.lookFrom(side);
    this.invalidate();
  }

  /** Flying, the keys and the pointer move the eye itself; else it goes round what it looks at. */
  setFlying(on: boolean): void {
    this.orbit.flying = on;
    this.invalidate();
  }

  get look(): SceneLook {
    return this.stage.look;
  }

  /** How the scene is lit and what becomes of its light, on screen and in views. */
  setLook(look: SceneLook): void {
    this.stage.light(this.renderer, look);
    this.invalidate();
  }

  /** Which parts are shown, on screen and in views. */
  get parts(): ShownParts {
    return this.shownParts;
  }

  setParts(parts: ShownParts): void {
    this.shownParts = parts;
    this.loaded?.parts.show(parts);
    this.light.forget();
    this.renderer.shadowMap.needsUpdate = true;
    this.choose(this.chosen);
  }

  /** Draws a box round a part, never in a view. */
  choose(part: PartRef | null): void {
    this.chosen = part;
    const object = part && this.loaded?.parts.find(part);
    this.outline.show(object ? Parts.bounds(object) : null);
    this.invalidate();
  }

  /** The path of the part that lies under a point of the canvas, in CSS pixels from its corner. */
  pickPart(x: number, y: number): string | null {
    const hit = this.hit(x, y);
    return hit && this.requireScene().parts.pathOf(hit.object);
  }

  /** The place on the surface there, in the file's own axes; at a corner, if one is near. */
  pickPlace(x: number, y: number): { place: Vec3; snapped: boolean } | null {
    const hit = this.hit(x, y);
    return hit && { place: vec3(this.requireScene().root.worldToLocal(hit.point.clone())), snapped: hit.snapped };
  }

  /** A stretch between two places of the file as it falls on the canvas, CSS pixels; null where it is behind the camera. */
  onScreen(from: Vec3, to: Vec3): [Vec2, Vec2] | null {
    if (!this.loaded) return null;
    const { root } = this.loaded;
    const [a, b] = [from, to].map((place) => root.localToWorld(vector(place))) as [Vector3, Vector3];
    return stretchOnScreen(a, b, this.camera, this.screen);
  }

  /** Takes the user's camera to a pose and lens, in under 200 ms; at once with reduced motion. */
  flyTo(pose: CameraPose, fovY: number = this.lens.wanted): void {
    this.orbit.flyTo(pose, true);
    this.fovY = fovY;
  }

  /** Looks from where another viewer looks, at once. */
  follow(pose: CameraPose, fovY: number): void {
    const way = [...pose.cameraToWorld, ...pose.target, fovY].join();
    if (way === this.followed) return; // the other was only drawn again
    this.followed = way;
    this.orbit.flyTo(pose, false);
    this.lens.set(fovY, true);
    this.invalidate();
  }

  get fovY(): number {
    return this.lens.wanted;
  }

  set fovY(degrees: number) {
    this.lens.set(degrees, this.options.reducedMotion?.() ?? false);
    this.invalidate();
  }

  /** A key went down on the scene; whether it steers the camera. */
  press(event: { key: string; code: string; shiftKey: boolean; repeat: boolean }): boolean {
    const used = this.orbit.press(event);
    if (used) this.invalidate();
    return used;
  }

  /** Where the user's camera is now. */
  get pose(): CameraPose {
    return this.orbit.pose;
  }

  /** The square in the middle of the screen, as a picture of `size` pixels. */
  intrinsicsFor(pose: CameraPose, size: number = PICTURE_SIZE, fovY: number = this.lens.wanted): Intrinsics {
    return squareIntrinsics(pose, this.requireScene().bounds, size, fovY);
  }

  /** A camera that a file holds, as it stands in this scene. */
  givenCamera({ cameraToWorld, intrinsics: { fovY } }: PosedPicture): Camera {
    const { bounds, facts } = this.requireScene();
    return { pose: givenPose(cameraInScene(cameraToWorld, facts.fileToScene), bounds), fovY };
  }

  /** Shows where views were taken from. */
  showViews(views: readonly ShownView[]): void {
    this.shown = views;
    const size = (this.loaded && boundsDiagonal(this.loaded.bounds)) || 1;
    const known = new Set(views.map(({ pose }) => pose.cameraToWorld.join()));
    const others = this.photographs
      .filter(({ pose }) => !known.has(pose.cameraToWorld.join()))
      .map((photograph, k) => ({ id: `photograph-${k}`, pose: photograph.pose, intrinsics: this.lensOf(photograph) }));
    if (this.frustums.show([...views, ...others], 0.06 * size)) this.invalidate();
    this.highlight(this.highlighted);
    this.select(this.selected, this.mode);
  }

  private lensOf(photograph: Photograph): Intrinsics {
    const { width, height } = photograph.lens;
    return { ...photographIntrinsics(photograph, width, height), near: 1, far: 2 };
  }

  /** Puts handles on one of the shown cameras, to move or to turn it. */
  select(id: string | null, mode: GizmoMode): void {
    this.selected = id;
    this.mode = mode;
    this.frustums.select(id);
    this.gizmo?.attach(this.shown.find((view) => view.id === id)?.pose ?? null, mode);
    this.invalidate();
  }

  /** Shows a camera where it stood before it was dragged: the view from there could not be taken. */
  putBack(id: string): void {
    const pose = this.shown.find((view) => view.id === id)?.pose;
    if (!pose) return;
    this.frustums.drag(id, poseMatrix(pose));
    this.select(this.selected, this.mode);
  }

  /** Whether the pointer lies on a handle. */
  get held(): boolean {
    return this.gizmo?.held ?? false;
  }

  /** Marks one of the shown cameras, and lights what it sees. */
  highlight(id: string | null): void {
    this.highlighted = id;
    this.frustums.highlight(id);
    this.light.aim(this.shown.find((view) => view.id === id) ?? null);
    this.invalidate();
  }

  /** The view whose pyramid lies under a point of the canvas, in CSS pixels from its corner. */
  pick(x: number, y: number): string | null {
    return this.frustums.pick(rayAt(x, y, this.camera, this.screen));
  }

  private hit(x: number, y: number): Hit | null {
    return (
      this.loaded && pickSurface(this.loaded.root, rayAt(x, y, this.camera, this.screen), this.camera, this.screen)
    );
  }

  /**
   * One picture: RGBA, top row first. A picture that fails, or comes out as one flat colour, is taken once more;
   * after that `capture-failed`. A black or empty picture is never handed on.
   */
  async capture(view: DrawnView): Promise<Uint8Array<ArrayBuffer>> {
    this.requireScene();
    let fault = this.take(view);
    if (fault instanceof Uint8Array) return fault;
    if (fault === 'context-lost') await contextBack(this.canvas);
    else await nextFrame();
    fault = this.take(view);
    if (fault instanceof Uint8Array) return fault;
    throw captureFailed(fault);
  }

  /** Depths, normals and object numbers of a view's pixels. @throws capture-failed */
  passes(view: DrawnView): Passes {
    return takePasses(this.renderer, this.requireScene().root, view);
  }

  /** Whether anything of the scene is in a view: asked of a small picture, and of the whole one where that is blank. */
  shows(view: DrawnView): boolean {
    this.thinning?.all();
    const restore = drawSides(this.requireScene().root, view);
    const seen = glance(this.renderer, this.stage.scene, this.pictureCamera, view);
    restore();
    return seen || this.take(view) !== 'blank';
  }

  /** What the object numbers stand for; the first name is that of number 1. */
  get objectNames(): string[] {
    return this.loaded ? objectNames(this.loaded.root) : [];
  }

  /** For looking at the scene from many places, small. To be disposed of by who asked. */
  survey(keepBacks: boolean): Survey {
    const { root, bounds } = this.requireScene();
    return new Survey(this.renderer, root, bounds, SURVEY_SIZE, keepBacks);
  }

  /** How much surface a piece that a survey names holds. */
  pieceWorth(): (piece: number) => number {
    const { root, bounds, facts } = this.requireScene();
    const { corners, weight } = sampleTriangles(root, facts.triangles);
    return pieceWorth(bounds, pieceAreas(bounds, corners, weight));
  }

  /** The canvas as it is on screen now, without the pyramids: for comparing with a capture. RGBA, top row first. */
  readScreen({ light = false } = {}): { width: number; height: number; rgba: Uint8Array<ArrayBuffer> } | null {
    this.draw({ frustums: false, light });
    const gl = this.renderer.getContext();
    const rgba = readPixels(gl, gl.drawingBufferWidth, gl.drawingBufferHeight);
    this.draw();
    return rgba instanceof Uint8Array ? { width: gl.drawingBufferWidth, height: gl.drawingBufferHeight, rgba } : null;
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.settling);
    cancelAnimationFrame(this.pending);
    this.canvas.removeEventListener('webglcontextlost', this.onLost);
    this.canvas.removeEventListener('webglcontextrestored', this.onRestored);
    this.clear();
    this.gizmo?.dispose();
    this.orbit.dispose();
    this.outline.dispose();
    this.frustums.dispose();
    this.light.dispose();
    this.stage.dispose();
    this.renderer.dispose();
    this.renderer.forceContextLoss(); // a page has about sixteen contexts; do not wait for the collector
  }

  private makeGizmo(): Gizmo {
    return new Gizmo(this.camera, this.canvas, this.frustums.scene, {
      onChange: () => this.invalidate(),
      onHold: (held) => (this.orbit.yields = held),
      onDrag: (matrix) => this.selected !== null && this.frustums.drag(this.selected, matrix),
      onDrop: (pose) => this.selected !== null && this.options.onMoved?.(this.selected, pose),
    });
  }

  private makeRenderer(): WebGLRenderer {
    try {
      return new WebGLRenderer({
        canvas: this.canvas,
        antialias: true,
        alpha: false,
        powerPreference: 'high-performance',
      });
    } catch (cause) {
      throw new ZoetropeError(
        'capture-failed',
        say`This machine shows no 3D graphics here.`,
        say`Update the graphics driver, or start Zoetrope with software rendering.`,
        String(cause),
      );
    }
  }

  private requireScene(): LoadedScene {
    if (this.loaded) return this.loaded;
    throw new ZoetropeError(
      'capture-failed',
      say`There is no scene to take a picture of.`,
      say`Open a 3D scene first.`,
    );
  }

  private clear(): void {
    if (!this.loaded) return;
    this.light.forget();
    this.stage.clear(this.loaded.root);
    disposeScene(this.loaded.root);
    this.loaded = null;
  }

  private take(view: DrawnView): Uint8Array<ArrayBuffer> | Fault {
    this.thinning?.all();
    const restore = drawSides(this.requireScene().root, view);
    const taken = takePicture(this.renderer, this.stage.scene, this.pictureCamera, view.pose, view.intrinsics);
    restore();
    this.draw();
    return taken;
  }

  /** Draws soon: several changes before the next frame make one picture. */
  private invalidate(): void {
    if (this.pending !== 0 || this.disposed) return;
    this.pending = requestAnimationFrame((now) => {
      this.pending = 0;
      // The first step after a rest counts as one frame; later ones take as long as they take, however slow the card.
      const seconds = this.movedAt === null ? 1 / 60 : (now - this.movedAt) / 1000;
      const moving = this.zoom(seconds) || this.orbit.update(seconds);
      const thinned = (moving || this.movedAt !== null) && this.thin(this.movedAt === null ? null : seconds, moving);
      this.movedAt = moving ? now : null;
      this.draw({ whole: !thinned });
      if (moving) this.invalidate();
    });
  }

  /** Whether less than all is drawn, because the last picture took so long; null: it is not known how long. */
  private thin(seconds: number | null, moving: boolean): boolean {
    clearTimeout(this.settling);
    const thinned = this.thinning?.moving(seconds) ?? false;
    // Not while it moves: on a slow card the pause between two pictures is longer than the wait.
    if (thinned && !moving) this.settling = setTimeout(() => this.draw(), SETTLE_MS);
    return thinned;
  }

  private zoom(seconds: number): boolean {
    const moving = this.lens.step(seconds);
    if (moving) this.orbit.update(seconds);
    return moving;
  }

  private draw({ frustums = true, light = true, whole = true } = {}): void {
    if (this.disposed || this.renderer.getContext().isContextLost()) return;
    if (whole) this.thinning?.all();
    const { width, height, pixelRatio } = this.screen;
    sizeCanvas(this.renderer, width, height, pixelRatio);
    this.camera.aspect = width / height;
    this.camera.fov = screenFov(this.camera.aspect, this.lens.now);
    if (this.loaded) {
      this.camera.updateMatrixWorld();
      Object.assign(this.camera, clipRange(this.orbit.pose, this.loaded.bounds));
    }
    this.camera.updateProjectionMatrix();
    this.renderer.clear();
    this.renderer.render(this.stage.scene, this.camera);
    if (light && this.loaded) this.light.draw(this.renderer, this.loaded.root, this.camera);
    if (frustums && this.loaded) {
      this.frustums.update(this.camera);
      this.gizmo?.update(this.camera, this.frustums.nearest);
      this.renderer.render(this.frustums.scene, this.camera);
      this.options.onCamera?.(this.orbit.pose);
    }
  }

  private readonly onLost = (event: Event): void => {
    event.preventDefault(); // else it never comes back
    this.options.onContextLost?.(true);
  };

  private readonly onRestored = (): void => {
    this.light.forget();
    if (this.loaded) this.stage.show(this.renderer, this.loaded);
    this.options.onContextLost?.(false);
    this.invalidate();
  };
}
