import { NearestFilter, PerspectiveCamera, WebGLRenderTarget, type Object3D, type WebGLRenderer } from 'three';
import { PIECE_NUMBERS, pieceGrid, PIECES, type Bounds, type PlannedView } from '../../camera';
import { disposePass, drawPass, passMaterials, type PassMaterials } from './pass-material';
import { placeCamera, vector } from '../pose';

/** What one camera sees. */
export interface Look {
  /** Numbers of the pieces of surface in view, each once. */
  pieces: Uint32Array;
  /** Which part of what it sees it sees from behind, 0..1. */
  backs: number;
}

/**
 * Each pixel says which piece of surface it shows, numbered as in src/camera/pieces.ts; a point of a cloud faces no
 * way (6). Alpha tells front (1) from back (1/2) and nothing (0).
 */
const PIECE_SHADER = /* glsl */ `
  uniform vec3 corner;
  uniform float cell;
  void main() {
    ivec3 at = clamp(ivec3(floor((vWorld - corner) / cell)), ivec3(0), ivec3(${PIECES - 1}));
    int way = 6;
    if (!isPoint) {
      vec3 n = cross(dFdx(vWorld), dFdy(vWorld));
      vec3 a = abs(n);
      way = a.x >= a.y && a.x >= a.z ? (n.x > 0.0 ? 0 : 1) : a.y >= a.z ? (n.y > 0.0 ? 2 : 3) : (n.z > 0.0 ? 4 : 5);
    }
    int piece = at.x | (at.y << 6) | (at.z << 12) | (way << 18);
    gl_FragColor = vec4(vec3(piece & 255, (piece >> 8) & 255, piece >> 16) / 255.0, back ? 0.5 : 1.0);
  }
`;

/** Looks at a scene from many places without drawing it: small pictures of which pieces of surface are where. */
export class Survey {
  private readonly target: WebGLRenderTarget;
  private readonly materials: PassMaterials;
  private readonly camera = new PerspectiveCamera();
  private readonly pixels: Uint8Array<ArrayBuffer>;
  private readonly marks = new Uint8Array(PIECE_NUMBERS);

  constructor(
    private readonly renderer: WebGLRenderer,
    private readonly root: Object3D,
    bounds: Bounds,
    private readonly size: number,
    /** Whether surfaces hide what lies behind them also from their back, as the walls of a room should. */
    keepBacks: boolean,
  ) {
    const { corner, cell } = pieceGrid(bounds);
    this.materials = passMaterials(PIECE_SHADER, {
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

  /** @throws capture-failed when the graphics card gave nothing back. */
  look({ pose, intrinsics }: PlannedView): Look {
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

  private read(): Look {
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
      const piece = pixels[i]! | (pixels[i + 1]! << 8) | (pixels[i + 2]! << 16);
      if (marks[piece]) continue;
      marks[piece] = 1;
      found.push(piece);
    }
    for (const piece of found) marks[piece] = 0;
    return { pieces: Uint32Array.from(found), backs: backs / Math.max(1, fronts + backs) };
  }
}
