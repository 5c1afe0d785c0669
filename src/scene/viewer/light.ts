// SPDX-License-Identifier: Apache-2.0
import { Matrix4, NormalBlending, Vector2, type Camera, type Object3D, type WebGLRenderer } from 'three';
import { disposePass, dressIn, passMaterials } from '../render/pass-material';
import type { ShownView } from './frustums';
import { poseMatrix } from '../pose';
import { drawsFloats, Surface } from '../render/surface';

/**
 * Darkens everything that a view does not see. A view sees a point if it is inside the view's picture, not behind the
 * depth seen there, and turns the same side to the view as to the screen's camera.
 */
const SHADE_SHADER = /* glsl */ `
  uniform mat4 toView;
  uniform vec2 lens;
  uniform vec2 halfTexel;
  uniform sampler2D surface;
  bool seen(bool cloud) {
    vec3 p = (toView * vec4(vWorld, 1.0)).xyz;
    float depth = -p.z;
    vec2 at = p.xy / (depth * lens);
    float slack = 0.002 * depth;
    vec3 side = mat3(toView) * normalize(cross(dFdx(vWorld), dFdy(vWorld)));
    float slant = dot(side, p) / depth;
    // The deepest of the four texels about it: an edge lies between two of them.
    vec2 h = 0.5 * halfTexel;
    float first = 0.0;
    for (int k = 0; k < 4; k++) {
      vec2 corner = vec2(k < 2 ? -1.0 : 1.0, k % 2 == 0 ? -1.0 : 1.0);
      first = max(first, texture2D(surface, 0.5 * at + 0.5 + h * corner).a);
    }
    if (depth <= 0.0 || any(greaterThan(abs(at), vec2(1.0))) || first == 0.0) return false;
    if (cloud) return depth <= first + slack;
    // By so much the surface falls away within a texel.
    slack += depth * min(0.1, dot(abs(side.xy) * lens, 2.0 * halfTexel) / max(-slant, 1e-6));
    return slant < 0.0 && depth <= first + slack;
  }
  void main() {
    if (seen(isPoint)) discard;
    gl_FragColor = vec4(0.06, 0.05, 0.04, 0.6);
  }
`;

/** Edge of the picture that stores what a view sees, pixels. */
const SIZE = 768;

/** Lights on screen what one view sees, by darkening the rest. Drawn over the picture and never captured. */
export class Light {
  private readonly uniforms = {
    toView: { value: new Matrix4() },
    lens: { value: new Vector2() },
    halfTexel: { value: new Vector2() },
    surface: { value: null as unknown },
  };
  private readonly materials = passMaterials(SHADE_SHADER, this.uniforms, {
    blending: NormalBlending,
    transparent: true,
    depthWrite: false,
    polygonOffset: true,
    polygonOffsetFactor: -1,
    polygonOffsetUnits: -4,
  });
  private view: ShownView | null = null;
  private surface: Surface | null = null;

  /** Sets the view whose field is lit; null for none. */
  aim(view: ShownView | null): void {
    if (view === this.view) return;
    this.view = view;
    this.forget();
  }

  /** Discards what was seen, so that it is rendered again. */
  forget(): void {
    this.surface?.dispose();
    this.surface = null;
  }

  /** Draws over the scene, which was just drawn from this camera. */
  draw(renderer: WebGLRenderer, root: Object3D, camera: Camera): void {
    if (!this.view || !drawsFloats(renderer)) return;
    this.surface ??= this.surfaceSeen(renderer, root, this.view);
    const undress = dressIn(root, this.materials);
    renderer.render(root, camera);
    undress();
  }

  dispose(): void {
    this.forget();
    disposePass(this.materials);
  }

  private surfaceSeen(renderer: WebGLRenderer, root: Object3D, { pose, intrinsics, ...sides }: ShownView): Surface {
    const tall = Math.tan((intrinsics.fovY * Math.PI) / 360);
    const shape = intrinsics.width / intrinsics.height;
    const [width, height] = [Math.round(SIZE * Math.min(1, shape)), Math.round(SIZE / Math.max(1, shape))];
    const surface = new Surface(width, height, sides);
    surface.draw(renderer, root, pose, { ...intrinsics, width, height });
    this.uniforms.toView.value.copy(poseMatrix(pose)).invert();
    this.uniforms.lens.value.set(tall * shape, tall);
    this.uniforms.halfTexel.value.set(1 / width, 1 / height);
    this.uniforms.surface.value = surface.target.texture;
    return surface;
  }
}
