// SPDX-License-Identifier: Apache-2.0
import type { Camera, Object3D, PerspectiveCamera, Raycaster, Scene, WebGLRenderer } from 'three';
import { boundsDiagonal, type Bounds } from '../../camera';
import type { CameraPose, Intrinsics } from '../../contract';
import { photographIntrinsics, type Photograph } from '../load/posed';
import { poseMatrix } from '../pose';
import { Frustums, type ShownView } from './frustums';
import { Gizmo, type GizmoMode } from './gizmo';
import { Light } from './light';

export interface MarkerEvents {
  /** The markers changed their look. */
  onChange: () => void;
  /** The pointer is over a handle or drags it. */
  onHold: (held: boolean) => void;
  /** A camera was moved or rotated by its handles and released. */
  onMoved: (id: string, pose: CameraPose) => void;
}

/** Height of a pyramid, as a fraction of the scene's diagonal. */
const PYRAMID = 0.06;

/**
 * Marks where views were taken: a pyramid for each, handles on the selected one, and light on what the highlighted one
 * sees. Everything is drawn over the picture on screen and never captured.
 */
export class ViewMarkers {
  private readonly frustums = new Frustums();
  private readonly light = new Light();
  private readonly gizmo: Gizmo | null;
  private scene: { bounds: Bounds; photographs: readonly Photograph[] } | null = null;
  private shown: readonly ShownView[] = [];
  private highlighted: string | null = null;
  private selected: string | null = null;
  private mode: GizmoMode = 'move';

  /** @param element where the handles are dragged; null for none. */
  constructor(camera: PerspectiveCamera, element: HTMLElement | null, { onChange, onHold, onMoved }: MarkerEvents) {
    this.gizmo =
      element &&
      new Gizmo(camera, element, this.frustums.scene, {
        onChange,
        onHold,
        onDrag: (matrix) => this.selected !== null && this.frustums.drag(this.selected, matrix),
        onDrop: (pose) => this.selected !== null && onMoved(this.selected, pose),
      });
  }

  /** The three.js scene drawn over the picture, also used for other marks. */
  get overlay(): Scene {
    return this.frustums.scene;
  }

  /** Sets the scene. Its own photographs are shown like views. */
  setScene(scene: { bounds: Bounds; photographs: readonly Photograph[] }): void {
    this.scene = scene;
    this.show(this.shown);
  }

  show(views: readonly ShownView[]): void {
    this.shown = views;
    const { bounds, photographs = [] } = this.scene ?? {};
    const size = (bounds && boundsDiagonal(bounds)) || 1;
    const known = new Set(views.map(({ pose }) => pose.cameraToWorld.join()));
    const others = photographs
      .filter(({ pose }) => !known.has(pose.cameraToWorld.join()))
      .map((photograph, k) => ({ id: `photograph-${k}`, pose: photograph.pose, intrinsics: lensOf(photograph) }));
    this.frustums.show([...views, ...others], PYRAMID * size);
    this.highlight(this.highlighted);
    this.select(this.selected, this.mode);
  }

  /** Puts handles on one of the shown cameras, to move or rotate it. */
  select(id: string | null, mode: GizmoMode): void {
    this.selected = id;
    this.mode = mode;
    this.frustums.select(id);
    this.gizmo?.attach(this.poseOf(id), mode);
  }

  /** Shows a dragged camera at its old place again, because the view from the new place could not be taken. */
  putBack(id: string): void {
    const pose = this.poseOf(id);
    if (!pose) return;
    this.frustums.drag(id, poseMatrix(pose));
    this.select(this.selected, this.mode);
  }

  /** Marks one of the shown cameras and lights what it sees. */
  highlight(id: string | null): void {
    this.highlighted = id;
    this.frustums.highlight(id);
    this.light.aim(this.shown.find((view) => view.id === id) ?? null);
  }

  /** Whether the pointer is on a handle. */
  get held(): boolean {
    return this.gizmo?.held ?? false;
  }

  /** The view whose pyramid the ray hits first. */
  pick(ray: Raycaster): string | null {
    return this.frustums.pick(ray);
  }

  /** Discards what the highlighted view sees, because the scene looks different now. */
  forgetLight(): void {
    this.light.forget();
  }

  /** Draws over the scene, which was just drawn from this camera. */
  drawLight(renderer: WebGLRenderer, root: Object3D, camera: Camera): void {
    this.light.draw(renderer, root, camera);
  }

  draw(renderer: WebGLRenderer, camera: Camera): void {
    this.frustums.update(camera);
    this.gizmo?.update(camera, this.frustums.nearest);
    renderer.render(this.frustums.scene, camera);
  }

  dispose(): void {
    this.gizmo?.dispose();
    this.frustums.dispose();
    this.light.dispose();
  }

  private poseOf(id: string | null): CameraPose | null {
    return this.shown.find((view) => view.id === id)?.pose ?? null;
  }
}

function lensOf(photograph: Photograph): Intrinsics {
  const { width, height } = photograph.lens;
  return { ...photographIntrinsics(photograph, width, height), near: 1, far: 2 };
}
