// SPDX-License-Identifier: Apache-2.0
import {
  BufferGeometry,
  DoubleSide,
  Float32BufferAttribute,
  Group,
  Mesh,
  MeshBasicMaterial,
  Scene,
  Vector3,
  type Camera,
  type Matrix4,
  type Raycaster,
} from 'three';
import { LineMaterial } from 'three/addons/lines/LineMaterial.js';
import { LineSegments2 } from 'three/addons/lines/LineSegments2.js';
import { LineSegmentsGeometry } from 'three/addons/lines/LineSegmentsGeometry.js';
import type { CameraPose, Intrinsics } from '../../contract';
import { poseMatrix } from '../pose';

/** A view in the tray and how its camera is shown in the scene. */
export interface ShownView {
  id: string;
  pose: CameraPose;
  intrinsics: Intrinsics;
  /** Captured with one-sided surfaces. */
  culled?: boolean | undefined;
  bothSides?: boolean | undefined;
}

interface Frustum {
  pose: CameraPose;
  group: Group;
  lines: LineSegments2;
  body: Mesh;
}

/**
 * The captured cameras as small pyramids, in a three.js scene of their own, which is drawn over the picture on screen
 * and never captured.
 */
export class Frustums {
  readonly scene = new Scene();
  private readonly shown = new Map<string, Frustum>();
  private readonly quiet = new LineMaterial({ color: '#4a443d', linewidth: 1.25, transparent: true, opacity: 0.75 });
  private readonly lit = new LineMaterial({ color: '#b46a00', linewidth: 2.5 });
  private readonly chosen = new LineMaterial({ color: '#8a4b00', linewidth: 3.5 });
  private readonly glass = new MeshBasicMaterial({
    color: '#4a443d',
    transparent: true,
    opacity: 0.06,
    side: DoubleSide,
    depthWrite: false,
  });
  private readonly amber = new MeshBasicMaterial({
    color: '#f0a742',
    transparent: true,
    opacity: 0.5,
    side: DoubleSide,
    depthWrite: false,
  });
  private size = 1;
  private lighted: string | null = null;
  private selected: string | null = null;

  constructor() {
    for (const material of this.materials) material.toneMapped = false;
  }

  /** Shows these views. `size` is the pyramid's height in scene units. Returns whether anything changed. */
  show(views: readonly ShownView[], size: number): boolean {
    const same = views.length === this.shown.size && views.every((view) => this.shown.get(view.id)?.pose === view.pose);
    if (same && size === this.size) return false;
    this.clear();
    this.size = size;
    for (const view of views) {
      const frustum = this.make(view, size);
      this.shown.set(view.id, frustum);
      this.scene.add(frustum.group);
    }
    this.dress();
    return true;
  }

  highlight(id: string | null): void {
    this.lighted = id;
    this.dress();
  }

  select(id: string | null): void {
    this.selected = id;
    this.dress();
  }

  /** Shows a camera at the place it is being dragged to. */
  drag(id: string, matrix: Matrix4): void {
    const group = this.shown.get(id)?.group;
    group?.matrix.copy(matrix);
    group?.updateMatrixWorld(true);
  }

  /** Pyramids nearer to the camera than this are hidden, scene units. */
  get nearest(): number {
    return 4 * this.size;
  }

  private dress(): void {
    for (const [id, { lines, body }] of this.shown) {
      const named = id === this.lighted || id === this.selected;
      lines.material = id === this.selected ? this.chosen : named ? this.lit : this.quiet;
      body.material = named ? this.amber : this.glass;
    }
  }

  private get materials() {
    return [this.quiet, this.lit, this.chosen, this.glass, this.amber];
  }

  /** Hides pyramids close to the camera: from inside they are only stray lines. */
  update(camera: Camera): void {
    const here = new Vector3().setFromMatrixPosition(camera.matrixWorld);
    const there = new Vector3();
    for (const { group } of this.shown.values()) {
      group.visible = there.setFromMatrixPosition(group.matrix).distanceTo(here) > this.nearest;
    }
  }

  /** The view whose pyramid the ray hits first. */
  pick(ray: Raycaster): string | null {
    const bodies = [...this.shown.values()].filter(({ group }) => group.visible).map(({ body }) => body);
    const [hit] = ray.intersectObjects(bodies, false);
    return hit ? hit.object.name : null;
  }

  dispose(): void {
    this.clear();
    for (const material of this.materials) material.dispose();
  }

  private clear(): void {
    for (const { group, lines, body } of this.shown.values()) {
      this.scene.remove(group);
      lines.geometry.dispose();
      body.geometry.dispose();
    }
    this.shown.clear();
  }

  private make({ id, pose, intrinsics }: ShownView, size: number): Frustum {
    const halfHeight = Math.tan((intrinsics.fovY * Math.PI) / 360) * size;
    const halfWidth = (halfHeight * intrinsics.width) / intrinsics.height;
    const eye = [0, 0, 0];
    const a = [-halfWidth, -halfHeight, -size];
    const b = [halfWidth, -halfHeight, -size];
    const c = [halfWidth, halfHeight, -size];
    const d = [-halfWidth, halfHeight, -size];
    // A small triangle on top shows which way is up.
    const roof = [
      [-halfWidth * 0.5, halfHeight * 1.12, -size],
      [halfWidth * 0.5, halfHeight * 1.12, -size],
      [0, halfHeight * 1.6, -size],
    ] as const;
    const edges = [
      eye,
      a,
      eye,
      b,
      eye,
      c,
      eye,
      d,
      a,
      b,
      b,
      c,
      c,
      d,
      d,
      a,
      roof[0],
      roof[1],
      roof[1],
      roof[2],
      roof[2],
      roof[0],
    ];
    const lines = new LineSegments2(new LineSegmentsGeometry().setPositions(edges.flat()), this.quiet);
    const faces = [eye, b, a, eye, c, b, eye, d, c, eye, a, d, a, b, c, a, c, d];
    const body = new Mesh(
      new BufferGeometry().setAttribute('position', new Float32BufferAttribute(faces.flat(), 3)),
      this.glass,
    );
    body.name = id;
    const group = new Group().add(lines, body);
    group.matrixAutoUpdate = false;
    group.matrix.copy(poseMatrix(pose));
    group.updateMatrixWorld(true);
    return { pose, group, lines, body };
  }
}
