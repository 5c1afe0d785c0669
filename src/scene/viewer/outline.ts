// SPDX-License-Identifier: Apache-2.0
import { type Scene } from 'three';
import { LineMaterial } from 'three/addons/lines/LineMaterial.js';
import { LineSegments2 } from 'three/addons/lines/LineSegments2.js';
import { LineSegmentsGeometry } from 'three/addons/lines/LineSegmentsGeometry.js';
import { boundsCorners, type Bounds } from '../../camera';

/** The corner pairs of a box that are joined by an edge: those that differ in one axis. */
const EDGES = Array.from({ length: 8 }, (_, a) =>
  [1, 2, 4].filter((bit) => (a & bit) === 0).map((bit) => [a, a | bit] as const),
).flat();

/** The box around the chosen object; drawn with the pyramids and never captured. */
export class Outline {
  private readonly material = new LineMaterial({
    color: '#b46a00',
    linewidth: 2,
    depthTest: false,
    transparent: true,
    opacity: 0.9,
  });
  private lines: LineSegments2 | null = null;

  constructor(private readonly scene: Scene) {
    this.material.toneMapped = false;
  }

  show(bounds: Bounds | null): void {
    if (this.lines) {
      this.scene.remove(this.lines);
      this.lines.geometry.dispose();
      this.lines = null;
    }
    if (!bounds) return;
    const corners = boundsCorners(bounds);
    const positions = EDGES.flatMap(([a, b]) => [...corners[a]!, ...corners[b]!]);
    this.lines = new LineSegments2(new LineSegmentsGeometry().setPositions(positions), this.material);
    this.scene.add(this.lines);
  }

  dispose(): void {
    this.show(null);
    this.material.dispose();
  }
}
