// SPDX-License-Identifier: Apache-2.0
import { Object3D, Vector3, type Camera, type Matrix4, type Scene } from 'three';
import { TransformControls } from 'three/addons/controls/TransformControls.js';
import type { CameraPose } from '../../contract';
import { poseMatrix, vec3, vector } from '../pose';

/** Whether dragging the handles moves or rotates a camera. */
export type GizmoMode = 'move' | 'turn';

export interface GizmoEvents {
  /** The handles changed their look or place. */
  onChange: () => void;
  /** The pointer is over a handle or drags it; other listeners must ignore the pointer. */
  onHold: (held: boolean) => void;
  /** The camera is being dragged; its current matrix. */
  onDrag: (matrix: Matrix4) => void;
  /** The camera was released; its new pose. */
  onDrop: (pose: CameraPose) => void;
}

/** Handles to move and rotate one camera; drawn with the pyramids and never captured. */
export class Gizmo {
  private readonly controls: TransformControls;
  /** An empty object at the camera's place that the handles are attached to. */
  private readonly proxy = new Object3D();
  private pose: CameraPose | null = null;

  constructor(camera: Camera, element: HTMLElement, scene: Scene, { onChange, onHold, onDrag, onDrop }: GizmoEvents) {
    this.controls = new TransformControls(camera, element);
    this.controls.setSize(0.7);
    scene.add(this.proxy, this.controls.getHelper());
    this.controls.addEventListener('change', onChange);
    this.controls.addEventListener('axis-changed', () => {
      // Updates the drag plane for the new handle before the next frame.
      this.controls.getHelper().updateMatrixWorld(true);
      onHold(this.held);
    });
    this.controls.addEventListener('objectChange', () => {
      this.proxy.updateMatrix();
      onDrag(this.proxy.matrix);
    });
    this.controls.addEventListener('mouseUp', () => {
      if (!this.pose) return;
      const now = poseAt(this.proxy, this.pose);
      if (now.cameraToWorld.some((n, k) => n !== this.pose?.cameraToWorld[k])) onDrop(now);
    });
  }

  get held(): boolean {
    return this.controls.axis !== null;
  }

  /** Attaches the handles to a camera, or detaches them. */
  attach(pose: CameraPose | null, mode: GizmoMode): void {
    this.pose = pose;
    this.controls.detach();
    if (!pose) return;
    poseMatrix(pose).decompose(this.proxy.position, this.proxy.quaternion, this.proxy.scale);
    this.proxy.scale.setScalar(1);
    this.controls.mode = mode === 'move' ? 'translate' : 'rotate';
    this.controls.space = mode === 'move' ? 'world' : 'local';
    this.controls.attach(this.proxy);
  }

  /** Hides the handles if they are too close to the camera. */
  update(camera: Camera, nearest: number): void {
    if (!this.pose) return;
    const away = new Vector3().setFromMatrixPosition(camera.matrixWorld).distanceTo(this.proxy.position);
    const near = away <= nearest;
    this.controls.enabled = !near;
    this.controls.getHelper().visible = !near;
  }

  dispose(): void {
    this.controls.detach();
    this.controls.dispose();
  }
}

/** The pose at the object's place; its target keeps the same distance. */
function poseAt(object: Object3D, before: CameraPose): CameraPose {
  const from = new Vector3().setFromMatrixPosition(poseMatrix(before));
  const ahead = vector(before.target).distanceTo(from);
  object.updateMatrix();
  const target = new Vector3(0, 0, -ahead).applyMatrix4(object.matrix);
  return { cameraToWorld: object.matrix.clone().transpose().toArray(), target: vec3(target) };
}
