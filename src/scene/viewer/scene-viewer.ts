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
  /** False for the hidden page, which has no user. */
  interactive?: boolean;
  reducedMotion?: () => boolean;
  /** After each frame on screen, because the user's camera may have moved. */
  onCamera?: (pose: CameraPose) => void;
  /** The flying speed has changed; scene units per second. */
  onSpeed?: (speed: number) => void;
  /** A camera was moved or rotated by its handles and released. */
  onMoved?: (id: string, pose: CameraPose) => void;
  /** The WebGL context was lost (`true`) or restored (`false`). */
  onContextLost?: (lost: boolean) => void;
}

/**
 * Edge of a captured picture, pixels: about twice the size that the model's own resizing produces, so that it can
 * average.
 */
export const PICTURE_SIZE = 768;

/**
 * One scene on one canvas, for the pane and the capture page. It combines the user's camera, the marks of views, the
 * objects, pictures from any pose, and when to draw. It creates its own canvas, because a context that was given up
 * cannot be obtained again from the same canvas.
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
    // Before the camera's own controls, so that a press on a handle is not also taken as turning the scene.
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

  /** The photographs with their cameras, if the scene is a folder of posed photographs. */
  get photographs(): readonly Photograph[] {
    return this.loaded?.photographs ?? [];
  }

  /** The bounding box of what is shown; views are planned around it. */
  get bounds(): Bounds | null {
    return this.selection.bounds;
  }

  /** The objects of the scene, as a tree. */
  get tree(): readonly SceneObject[] {
    return this.loaded?.parts.tree ?? [];
  }

  /** The cameras in the scene's file. */
  get cameras(): GivenCamera[] {
    return this.loaded ? fileCameras(this.loaded.root) : [];
  }

  /** Loads a scene and shows it whole. The previous scene stays until the new one is ready. */
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

  /** Sets the canvas's size on the page, CSS pixels. */
  resize(width: number, height: number, pixelRatio: number): void {
    this.screen = { width: Math.max(1, Math.floor(width)), height: Math.max(1, Math.floor(height)), pixelRatio };
    this.loop.drawWhole(); // at once: a resized canvas is empty and would flash
  }

  /** Shows everything that is not hidden, or one object, in full. */
  fit(part?: ObjectRef): void {
    const bounds = (part && this.selection.boundsOf(part)) ?? this.bounds;
    if (bounds) this.rig.fit(bounds);
    this.loop.request();
  }

  /** Looks from another side at the same target. */
  lookFrom(side: Side): void {
    this.rig.lookFrom(side);
    this.loop.request();
  }

  /** When flying, keys and pointer move the eye itself; otherwise the camera orbits its target. */
  setFlying(on: boolean): void {
    this.rig.flying = on;
    this.loop.request();
  }

  get renderSettings(): RenderSettings {
    return this.stage.settings;
  }

  /** Sets light, tone mapping and exposure, on screen and in views. */
  setRenderSettings(settings: RenderSettings): void {
    this.stage.light(this.renderer, settings);
    this.loop.request();
  }

  /** Which objects are shown, on screen and in views. */
  get shownObjects(): ShownObjects {
    return this.selection.shown;
  }

  setShownObjects(parts: ShownObjects): void {
    this.selection.show(parts);
    this.markers.forgetLight();
    this.renderer.shadowMap.needsUpdate = true;
    this.loop.request();
  }

  /** Draws a box around an object; never in a view. */
  choose(part: ObjectRef | null): void {
    this.selection.choose(part);
    this.loop.request();
  }

  /** The path of the object under a point of the canvas, in CSS pixels from its top left corner. */
  pickObject(x: number, y: number): string | null {
    const hit = this.hit(x, y);
    return hit && this.requireScene().parts.pathOf(hit.object);
  }

  /** The place on the surface there, in the file's own axes; snapped to a vertex if one is near. */
  pickPlace(x: number, y: number): { place: Vec3; snapped: boolean } | null {
    const hit = this.hit(x, y);
    return hit && { place: vec3(this.requireScene().root.worldToLocal(hit.point.clone())), snapped: hit.snapped };
  }

  /** A line between two places of the file in canvas coordinates, CSS pixels; null if it is behind the camera. */
  onScreen(from: Vec3, to: Vec3): [Vec2, Vec2] | null {
    return this.loaded && stretchOnScreen(this.loaded.root, from, to, this.camera, this.screen);
  }

  /** Moves the user's camera to a pose and field of view in under 200 ms; at once with reduced motion. */
  flyTo(pose: CameraPose, fovY?: number): void {
    this.rig.flyTo(pose, fovY);
    this.loop.request();
  }

  /** Takes over the pose of another viewer's camera, at once. */
  follow(pose: CameraPose, fovY: number): void {
    if (this.rig.follow(pose, fovY)) this.loop.request(); // if not, the other one was only redrawn
  }

  get fovY(): number {
    return this.rig.fovY;
  }

  set fovY(degrees: number) {
    this.rig.fovY = degrees;
    this.loop.request();
  }

  /** Handles a key pressed on the scene. Returns whether it controls the camera. */
  press(event: { key: string; code: string; shiftKey: boolean; repeat: boolean }): boolean {
    const used = this.rig.press(event);
    if (used) this.loop.request();
    return used;
  }

  /** The pose of the user's camera. */
  get pose(): CameraPose {
    return this.rig.pose;
  }

  /** Intrinsics of the square in the middle of the screen, as a picture of `size` pixels. */
  intrinsicsFor(pose: CameraPose, size: number = PICTURE_SIZE, fovY: number = this.fovY): Intrinsics {
    return squareIntrinsics(pose, this.requireScene().bounds, size, fovY);
  }

  /** A camera from a separate file, in the coordinates of this scene. */
  givenCamera(picture: PosedPicture): Camera {
    return givenCamera(picture, this.requireScene());
  }

  /** Shows the cameras of these views. */
  showViews(views: readonly ShownView[]): void {
    this.markers.show(views);
    this.loop.request();
  }

  /** Puts handles on one of the shown cameras, to move or rotate it. */
  select(id: string | null, mode: GizmoMode): void {
    this.markers.select(id, mode);
    this.loop.request();
  }

  /** Shows a dragged camera at its old place again, because the view from the new place could not be taken. */
  putBack(id: string): void {
    this.markers.putBack(id);
    this.loop.request();
  }

  /** Whether the pointer is on a handle. */
  get held(): boolean {
    return this.markers.held;
  }

  /** Marks one of the shown cameras and lights what it sees. */
  highlight(id: string | null): void {
    this.markers.highlight(id);
    this.loop.request();
  }

  /** The view whose pyramid is under a point of the canvas, in CSS pixels from its top left corner. */
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

  /** Whether a view shows anything of the scene. */
  shows(view: DrawnView): boolean {
    return this.offscreen.shows(this.requireScene().root, view);
  }

  /** The names of the object numbers, starting with number 1. */
  get objectNames(): string[] {
    return this.loaded ? objectNames(this.loaded.root) : [];
  }

  /** Returns a survey, for looking at the scene from many places in small pictures. The caller must dispose of it. */
  survey(keepBacks: boolean): Survey {
    return this.offscreen.survey(this.requireScene(), keepBacks);
  }

  /** Returns a function: surface cell number to the area in that cell. */
  cellWorth(): (cell: number) => number {
    const { root, bounds, facts } = this.requireScene();
    const { corners, weight } = sampleTriangles(root, facts.triangles);
    return cellWorth(bounds, cellAreas(bounds, corners, weight));
  }

  /** The pixels on screen now, without the pyramids, to compare with a capture. RGBA, top row first. */
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
    this.renderer.forceContextLoss(); // a page has about sixteen contexts; do not wait for garbage collection
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
    event.preventDefault(); // otherwise the context is never restored
    this.options.onContextLost?.(true);
  };

  private readonly onRestored = (): void => {
    this.markers.forgetLight();
    if (this.loaded) this.stage.show(this.renderer, this.loaded);
    this.options.onContextLost?.(false);
    this.loop.request();
  };
}
