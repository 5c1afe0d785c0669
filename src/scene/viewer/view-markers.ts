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
  /** They look different. */
  onChange: () => void;
  /** A handle lies under the pointer, or is held. */
  onHold: (held: boolean) => void;
  /** A camera was moved or turned by its handles and let go. */
  onMoved: (id: string, pose: CameraPose) => void;
}

/** Height of a pyramid, as a part of the scene's diagonal. */
const PYRAMID = 0.06;

/**
 * Where views were taken from: a pyramid each, handles on the selected one, and light on what the highlighted one
 * sees. All of it is drawn over the picture on screen, and never captured.
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

  /** What is drawn over the picture: for other marks, too. */
  get overlay(): Scene {
    return this.frustums.scene;
  }

  /** The scene that they stand in. Photographs that it brings are shown like views. */
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

  /** Puts handles on one of the shown cameras, to move or to turn it. */
  select(id: string | null, mode: GizmoMode): void {
    this.selected = id;
    this.mode = mode;
    this.frustums.select(id);
    this.gizmo?.attach(this.poseOf(id), mode);
  }

  /** Shows a camera where it stood before it was dragged: the view from there could not be taken. */
  putBack(id: string): void {
    const pose = this.poseOf(id);
    if (!pose) return;
    this.frustums.drag(id, poseMatrix(pose));
    this.select(this.selected, this.mode);
  }

  /** Marks one of the shown cameras, and lights what it sees. */
  highlight(id: string | null): void {
    this.highlighted = id;
    this.frustums.highlight(id);
    this.light.aim(this.shown.find((view) => view.id === id) ?? null);
  }

  /** Whether the pointer lies on a handle. */
  get held(): boolean {
    return this.gizmo?.held ?? false;
  }

  /** The view whose pyramid the ray meets first. */
  pick(ray: Raycaster): string | null {
    return this.frustums.pick(ray);
  }

  /** What the highlighted view sees is to be looked at again: the scene looks different. */
  forgetLight(): void {
    this.light.forget();
  }

  /** Over the scene as it was just drawn from this camera. */
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
