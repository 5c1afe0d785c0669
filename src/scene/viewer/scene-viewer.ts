// SPDX-License-Identifier: Apache-2.0
import { PerspectiveCamera, type WebGLRenderer } from 'three';
import { cellAreas, cellWorth, squareIntrinsics, type Bounds, type PosedPicture } from '../../camera';
import {
  say,
  ZoetropeError,
  type Camera,
  type CameraPose,
  type GivenCamera,
  type Intrinsics,
  type ObjectRef,
  type Passes,
  type RenderSettings,
  type ShownObjects,
  type Vec3,
} from '../../contract';
import type { SceneFiles } from '../files/scene-files';
import { disposeScene, loadScene, type LoadedScene, type LoadOptions, type SceneFacts } from '../load/load';
import type { SceneObject } from '../load/objects';
import type { Photograph } from '../load/posed';
import { sampleTriangles } from '../load/triangles';
import { vec3 } from '../pose';
import type { DrawnView } from '../render/backs';
import { makeRenderer, sizeCanvas } from '../render/canvas';
import { objectNames } from '../render/passes';
import { readPixels } from '../render/picture';
import type { Survey } from '../render/survey';
import { CameraRig } from './camera-rig';
import { fileCameras, givenCamera } from './file-cameras';
import { FrameLoop } from './frame-loop';
import type { ShownView } from './frustums';
import type { GizmoMode } from './gizmo';
import { Offscreen } from './offscreen';
import type { Side } from './orbit';
import { ObjectSelection } from './object-selection';
import { pickSurface, type Hit } from './pick';
import { rayAt, stretchOnScreen, type Vec2 } from './screen';
import { Stage } from './stage';
import { ViewMarkers } from './view-markers';

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

/** Edge of a captured picture in pixels: twice what the model's own resizing leaves, so that it has room to average. */
export const PICTURE_SIZE = 768;

/**
 * One scene on one canvas, for the pane and the capture page: it puts together the user's camera, the marks of views,
 * the parts, pictures from any pose, and when to draw. The canvas is its own, made here: a context once given up cannot
 * be had again from the same canvas.
 */
export class SceneViewer {
  readonly canvas = document.createElement('canvas');
  private readonly renderer: WebGLRenderer;
  private readonly stage = new Stage();
  private readonly camera = new PerspectiveCamera();
  private readonly rig: CameraRig;
  private readonly markers: ViewMarkers;
  private readonly selection: ObjectSelection;
  private readonly offscreen: Offscreen;
  private readonly loop = new FrameLoop(
    (seconds) => this.rig.update(seconds),
    () => this.draw(),
  );
  private loaded: LoadedScene | null = null;
  private screen = { width: 1, height: 1, pixelRatio: 1 };
  private disposed = false;

  constructor(private readonly options: ViewerOptions = {}) {
    this.renderer = makeRenderer(this.canvas);
    this.renderer.autoClear = false;
    const onInput = (): void => this.loop.request();
    const element = (options.interactive ?? true) ? this.canvas : null;
    // Before the camera's own controls, so that a handle is known to be held before the same press could turn the scene.
    this.markers = new ViewMarkers(this.camera, element, {
      onChange: onInput,
      onHold: (held) => (this.rig.yields = held),
      onMoved: (id, pose) => options.onMoved?.(id, pose),
    });
    this.rig = new CameraRig(this.camera, element, options.reducedMotion ?? (() => false), {
      onInput,
      onSpeed: (speed) => options.onSpeed?.(speed),
    });
    this.selection = new ObjectSelection(this.markers.overlay);
    this.offscreen = new Offscreen(this.renderer, this.stage.scene, {
      onBegin: () => this.loop.makeWhole(),
      onTaken: () => this.loop.drawWhole(),
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
    return this.selection.bounds;
  }

  /** What the scene is made of, as a tree. */
  get tree(): readonly SceneObject[] {
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
    this.selection.setScene(loaded);
    this.loop.setContent(loaded.root);
    this.stage.show(this.renderer, loaded);
    this.rig.frame(loaded.bounds);
    this.markers.setScene({ bounds: loaded.bounds, photographs: loaded.photographs });
    this.loop.request();
    return loaded.facts;
  }

  /** The canvas's size on the page in CSS pixels. */
  resize(width: number, height: number, pixelRatio: number): void {
    this.screen = { width: Math.max(1, Math.floor(width)), height: Math.max(1, Math.floor(height)), pixelRatio };
    this.loop.drawWhole(); // at once: a resized canvas is empty, and would flash
  }

  /** Shows everything that is not hidden, or one part of it, whole. */
  fit(part?: ObjectRef): void {
    const bounds = (part && this.selection.boundsOf(part)) ?? this.bounds;
    if (bounds) this.rig.fit(bounds);
    this.loop.request();
  }

  /** Goes round to look from a side, at what is looked at now. */
  lookFrom(side: Side): void {
    this.rig.lookFrom(side);
    this.loop.request();
  }

  /** Flying, the keys and the pointer move the eye itself; else it goes round what it looks at. */
  setFlying(on: boolean): void {
    this.rig.flying = on;
    this.loop.request();
  }

  get renderSettings(): RenderSettings {
    return this.stage.settings;
  }

  /** How the scene is lit and what becomes of its light, on screen and in views. */
  setRenderSettings(settings: RenderSettings): void {
    this.stage.light(this.renderer, settings);
    this.loop.request();
  }

  /** Which parts are shown, on screen and in views. */
  get shownObjects(): ShownObjects {
    return this.selection.shown;
  }

  setShownObjects(parts: ShownObjects): void {
    this.selection.show(parts);
    this.markers.forgetLight();
    this.renderer.shadowMap.needsUpdate = true;
    this.loop.request();
  }

  /** Draws a box round a part, never in a view. */
  choose(part: ObjectRef | null): void {
    this.selection.choose(part);
    this.loop.request();
  }

  /** The path of the part that lies under a point of the canvas, in CSS pixels from its corner. */
  pickObject(x: number, y: number): string | null {
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
    return this.loaded && stretchOnScreen(this.loaded.root, from, to, this.camera, this.screen);
  }

  /** Takes the user's camera to a pose and lens, in under 200 ms; at once with reduced motion. */
  flyTo(pose: CameraPose, fovY?: number): void {
    this.rig.flyTo(pose, fovY);
    this.loop.request();
  }

  /** Looks from where another viewer looks, at once. */
  follow(pose: CameraPose, fovY: number): void {
    if (this.rig.follow(pose, fovY)) this.loop.request(); // else the other was only drawn again
  }

  get fovY(): number {
    return this.rig.fovY;
  }

  set fovY(degrees: number) {
    this.rig.fovY = degrees;
    this.loop.request();
  }

  /** A key went down on the scene; whether it steers the camera. */
  press(event: { key: string; code: string; shiftKey: boolean; repeat: boolean }): boolean {
    const used = this.rig.press(event);
    if (used) this.loop.request();
    return used;
  }

  /** Where the user's camera is now. */
  get pose(): CameraPose {
    return this.rig.pose;
  }

  /** The square in the middle of the screen, as a picture of `size` pixels. */
  intrinsicsFor(pose: CameraPose, size: number = PICTURE_SIZE, fovY: number = this.fovY): Intrinsics {
    return squareIntrinsics(pose, this.requireScene().bounds, size, fovY);
  }

  /** A camera that a file holds, as it stands in this scene. */
  givenCamera(picture: PosedPicture): Camera {
    return givenCamera(picture, this.requireScene());
  }

  /** Shows where views were taken from. */
  showViews(views: readonly ShownView[]): void {
    this.markers.show(views);
    this.loop.request();
  }

  /** Puts handles on one of the shown cameras, to move or to turn it. */
  select(id: string | null, mode: GizmoMode): void {
    this.markers.select(id, mode);
    this.loop.request();
  }

  /** Shows a camera where it stood before it was dragged: the view from there could not be taken. */
  putBack(id: string): void {
    this.markers.putBack(id);
    this.loop.request();
  }

  /** Whether the pointer lies on a handle. */
  get held(): boolean {
    return this.markers.held;
  }

  /** Marks one of the shown cameras, and lights what it sees. */
  highlight(id: string | null): void {
    this.markers.highlight(id);
    this.loop.request();
  }

  /** The view whose pyramid lies under a point of the canvas, in CSS pixels from its corner. */
  pick(x: number, y: number): string | null {
    return this.markers.pick(rayAt(x, y, this.camera, this.screen));
  }

  private hit(x: number, y: number): Hit | null {
    return (
      this.loaded && pickSurface(this.loaded.root, rayAt(x, y, this.camera, this.screen), this.camera, this.screen)
    );
  }

  /** One picture: RGBA, top row first, never black or empty. @throws capture-failed */
  async capture(view: DrawnView): Promise<Uint8Array<ArrayBuffer>> {
    return this.offscreen.capture(this.requireScene().root, view);
  }

  /** Depths, normals and object numbers of a view's pixels. @throws capture-failed */
  passes(view: DrawnView): Passes {
    return this.offscreen.passes(this.requireScene().root, view);
  }

  /** Whether anything of the scene is in a view. */
  shows(view: DrawnView): boolean {
    return this.offscreen.shows(this.requireScene().root, view);
  }

  /** What the object numbers stand for; the first name is that of number 1. */
  get objectNames(): string[] {
    return this.loaded ? objectNames(this.loaded.root) : [];
  }

  /** For looking at the scene from many places, small. To be disposed of by who asked. */
  survey(keepBacks: boolean): Survey {
    return this.offscreen.survey(this.requireScene(), keepBacks);
  }

  /** How much surface a cell that a survey names holds. */
  cellWorth(): (cell: number) => number {
    const { root, bounds, facts } = this.requireScene();
    const { corners, weight } = sampleTriangles(root, facts.triangles);
    return cellWorth(bounds, cellAreas(bounds, corners, weight));
  }

  /** The canvas as it is on screen now, without the pyramids: for comparing with a capture. RGBA, top row first. */
  readScreen({ light = false } = {}): { width: number; height: number; rgba: Uint8Array<ArrayBuffer> } | null {
    this.loop.makeWhole();
    this.draw({ markers: false, light });
    const gl = this.renderer.getContext();
    const rgba = readPixels(gl, gl.drawingBufferWidth, gl.drawingBufferHeight);
    this.draw();
    return rgba instanceof Uint8Array ? { width: gl.drawingBufferWidth, height: gl.drawingBufferHeight, rgba } : null;
  }

  dispose(): void {
    this.disposed = true;
    this.loop.stop();
    this.canvas.removeEventListener('webglcontextlost', this.onLost);
    this.canvas.removeEventListener('webglcontextrestored', this.onRestored);
    this.clear();
    this.rig.dispose();
    this.selection.dispose();
    this.markers.dispose();
    this.stage.dispose();
    this.renderer.dispose();
    this.renderer.forceContextLoss(); // a page has about sixteen contexts; do not wait for the collector
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
    this.markers.forgetLight();
    this.selection.setScene(null);
    this.stage.clear(this.loaded.root);
    disposeScene(this.loaded.root);
    this.loaded = null;
  }

  private draw({ markers = true, light = true } = {}): void {
    if (this.disposed || this.renderer.getContext().isContextLost()) return;
    const { width, height, pixelRatio } = this.screen;
    sizeCanvas(this.renderer, width, height, pixelRatio);
    this.rig.project(width / height, this.loaded?.bounds ?? null);
    this.renderer.clear();
    this.renderer.render(this.stage.scene, this.camera);
    if (light && this.loaded) this.markers.drawLight(this.renderer, this.loaded.root, this.camera);
    if (markers && this.loaded) {
      this.markers.draw(this.renderer, this.camera);
      this.options.onCamera?.(this.pose);
    }
  }

  private readonly onLost = (event: Event): void => {
    event.preventDefault(); // else it never comes back
    this.options.onContextLost?.(true);
  };

  private readonly onRestored = (): void => {
    this.markers.forgetLight();
    if (this.loaded) this.stage.show(this.renderer, this.loaded);
    this.options.onContextLost?.(false);
    this.loop.request();
  };
}
