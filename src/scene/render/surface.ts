// SPDX-License-Identifier: Apache-2.0
import {
  FloatType,
  NearestFilter,
  PerspectiveCamera,
  WebGLRenderTarget,
  type Object3D,
  type WebGLRenderer,
} from 'three';
import { say, ZoetropeError, type CameraPose, type Intrinsics } from '../../contract';
import type { Sides } from './backs';
import { disposePass, drawPass, passMaterials, type PassMaterials } from './pass-material';
import { placeCamera } from '../pose';

/**
 * The surface normal in camera axes (x right, y up, z towards the eye), and the depth along the line of sight in scene
 * units. Points have no normal.
 */
const SURFACE_SHADER = /* glsl */ `
  void main() {
    vec3 face = cross(dFdx(vSeen), dFdy(vSeen)); // towards the eye
    vec3 n = dot(vNormal, vNormal) > 0.0 ? vNormal : face;
    if (dot(n, face) < 0.0) n = -n;
    float size = length(n);
    gl_FragColor = vec4(isPoint || size == 0.0 ? vec3(0.0) : n / size, -vSeen.z);
  }
`;

/**
 * What a camera sees, as a texture of numbers: normal (xyz) and depth (w) of each pixel; zeros where there is nothing.
 */
export class Surface {
  readonly target: WebGLRenderTarget;
  private readonly camera = new PerspectiveCamera();
  private readonly materials: PassMaterials;

  /** `culled`: all surfaces are one-sided; `bothSides`: all are two-sided. */
  constructor(width: number, height: number, { culled, bothSides }: Sides) {
    this.target = floatTarget(width, height);
    this.materials = passMaterials(SURFACE_SHADER, {}, { culled, bothSides });
  }

  /** @throws capture-failed */
  draw(renderer: WebGLRenderer, root: Object3D, pose: CameraPose, intrinsics: Intrinsics): void {
    placeCamera(this.camera, pose, intrinsics);
    drawPass(renderer, this.target, root, this.camera, this.materials);
  }

  dispose(): void {
    this.target.dispose();
    disposePass(this.materials);
  }
}

/** A target with four 32-bit floats for each pixel, without multisampling: values are those at the pixel's centre. */
export const floatTarget = (width: number, height: number): WebGLRenderTarget =>
  new WebGLRenderTarget(width, height, {
    type: FloatType,
    minFilter: NearestFilter,
    magFilter: NearestFilter,
    generateMipmaps: false,
  });

export const drawsFloats = (renderer: WebGLRenderer): boolean => renderer.extensions.has('EXT_color_buffer_float');

/** The numbers in a target, top row first. @throws capture-failed */
export function readFloats(renderer: WebGLRenderer, target: WebGLRenderTarget): Float32Array {
  const { width, height } = target;
  const bottomFirst = new Float32Array(width * height * 4);
  renderer.readRenderTargetPixels(target, 0, 0, width, height, bottomFirst);
  if (renderer.getContext().isContextLost()) {
    throw new ZoetropeError(
      'capture-failed',
      say`The graphics card stopped answering.`,
      say`Try again; if it happens again, restart Zoetrope.`,
    );
  }
  const row = width * 4;
  const numbers = new Float32Array(bottomFirst.length);
  for (let y = 0; y < height; y++) numbers.set(bottomFirst.subarray(y * row, (y + 1) * row), (height - 1 - y) * row);
  return numbers;
}
