// SPDX-License-Identifier: Apache-2.0
import { NearestFilter, PerspectiveCamera, WebGLRenderTarget, type Object3D, type WebGLRenderer } from 'three';
import { CELL_NUMBERS, surfaceGrid, CELLS_A_SIDE, type Bounds, type PlannedView } from '../../camera';
import { disposePass, drawPass, passMaterials, type PassMaterials } from './pass-material';
import { placeCamera, vector } from '../pose';

/** What one camera sees. */
export interface Sighting {
  /** Numbers of the surface cells that are seen from the front, without duplicates. */
  cells: Uint32Array;
  /** The share of the visible pixels that show a surface from behind, 0..1. */
  backs: number;
}

/**
 * Each pixel holds the number of the surface cell it shows, as in src/camera/surface-cells.ts; points have no direction
 * (6). Alpha is 1 for front, 1/2 for back and 0 for nothing.
 */
const CELL_SHADER = /* glsl */ `
  uniform vec3 corner;
  uniform float cell;
  void main() {
    ivec3 at = clamp(ivec3(floor((vWorld - corner) / cell)), ivec3(0), ivec3(${CELLS_A_SIDE - 1}));
    int way = 6;
    if (!isPoint) {
      vec3 n = cross(dFdx(vWorld), dFdy(vWorld));
      vec3 a = abs(n);
      way = a.x >= a.y && a.x >= a.z ? (n.x > 0.0 ? 0 : 1) : a.y >= a.z ? (n.y > 0.0 ? 2 : 3) : (n.z > 0.0 ? 4 : 5);
    }
    int cell = at.x | (at.y << 6) | (at.z << 12) | (way << 18);
    gl_FragColor = vec4(vec3(cell & 255, (cell >> 8) & 255, cell >> 16) / 255.0, back ? 0.5 : 1.0);
  }
`;

/** Surveys a scene from many places without showing it: small pictures that hold the surface cells in view. */
export class Survey {
  private readonly target: WebGLRenderTarget;
  private readonly materials: PassMaterials;
  private readonly camera = new PerspectiveCamera();
  private readonly pixels: Uint8Array<ArrayBuffer>;
  private readonly marks = new Uint8Array(CELL_NUMBERS);

  constructor(
    private readonly renderer: WebGLRenderer,
    private readonly root: Object3D,
    bounds: Bounds,
    private readonly size: number,
    /** Whether a surface seen from behind still hides what is behind it, as the walls of a room should. */
    keepBacks: boolean,
  ) {
    const { corner, cell } = surfaceGrid(bounds);
    this.materials = passMaterials(CELL_SHADER, {
      corner: { value: vector(corner) },
      cell: { value: cell },
      keepBacks: { value: keepBacks },
    });
    this.target = new WebGLRenderTarget(size, size, {
      minFilter: NearestFilter,
      magFilter: NearestFilter,
      generateMipmaps: false,
    });
    this.pixels = new Uint8Array(size * size * 4);
  }

  /** Returns what is seen from a planned view. @throws capture-failed if the WebGL context was lost */
  sight({ pose, intrinsics }: PlannedView): Sighting {
    const { renderer, size } = this;
    placeCamera(this.camera, pose, intrinsics);
    drawPass(renderer, this.target, this.root, this.camera, this.materials);
    renderer.readRenderTargetPixels(this.target, 0, 0, size, size, this.pixels);
    return this.read();
  }

  dispose(): void {
    this.target.dispose();
    disposePass(this.materials);
  }

  private read(): Sighting {
    const { pixels, marks } = this;
    const found: number[] = [];
    let fronts = 0;
    let backs = 0;
    for (let i = 0; i < pixels.length; i += 4) {
      const alpha = pixels[i + 3]!;
      if (alpha === 0) continue;
      if (alpha < 255) {
        backs++;
        continue;
      }
      fronts++;
      const cell = pixels[i]! | (pixels[i + 1]! << 8) | (pixels[i + 2]! << 16);
      if (marks[cell]) continue;
      marks[cell] = 1;
      found.push(cell);
    }
    for (const cell of found) marks[cell] = 0;
    return { cells: Uint32Array.from(found), backs: backs / Math.max(1, fronts + backs) };
  }
}
