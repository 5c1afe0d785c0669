// SPDX-License-Identifier: Apache-2.0
import {
  Color,
  DoubleSide,
  FrontSide,
  NoBlending,
  ShaderMaterial,
  Vector4,
  type Camera,
  type IUniform,
  type Line,
  type Material,
  type Mesh,
  type Object3D,
  type Points,
  type PointsMaterial,
  type ShaderMaterialParameters,
  type WebGLRenderer,
  type WebGLRenderTarget,
} from 'three';
import { say, ZoetropeError } from '../../contract';
import type { Sides } from './backs';
import type { Splats } from '../formats/splats';

/** Uses three's own chunks, so that bones, morph targets and instances are where the picture shows them. */
const VERTEX = /* glsl */ `
  #include <common>
  #include <batching_pars_vertex>
  #include <morphtarget_pars_vertex>
  #include <skinning_pars_vertex>
  varying vec3 vWorld;
  varying vec3 vSeen;
  varying vec3 vNormal;
  uniform float pointSize;
  void main() {
    #include <batching_vertex>
    #include <beginnormal_vertex>
    #include <morphinstance_vertex>
    #include <morphnormal_vertex>
    #include <skinbase_vertex>
    #include <skinnormal_vertex>
    #include <defaultnormal_vertex>
    vNormal = transformedNormal;
    #include <begin_vertex>
    #include <morphtarget_vertex>
    #include <skinning_vertex>
    #include <project_vertex>
    vec4 world = vec4(transformed, 1.0);
    #ifdef USE_BATCHING
      world = batchingMatrix * world;
    #endif
    #ifdef USE_INSTANCING
      world = instanceMatrix * world;
    #endif
    vWorld = (modelMatrix * world).xyz;
    vSeen = mvPosition.xyz;
    gl_PointSize = max(1.0, pointSize / -mvPosition.z);
  }
`;

export interface PassMaterials {
  front: ShaderMaterial;
  both: ShaderMaterial;
  points: ShaderMaterial;
}

/**
 * Materials that write numbers instead of colours. `main` gets `vWorld`, `vSeen` and `vNormal` (camera space, of any
 * length, zero if the file has none), `isPoint` and `back` (a one-sided surface seen from behind), and sets
 * `gl_FragColor`. `culled` makes all surfaces one-sided; `bothSides` shows the backs of all.
 */
export function passMaterials(
  main: string,
  uniforms: Record<string, IUniform>,
  { culled = false, bothSides = false, ...look }: Sides & Partial<ShaderMaterialParameters> = {},
): PassMaterials {
  const make = (kind: keyof PassMaterials): ShaderMaterial => {
    const back = kind === 'front' || (kind === 'both' && culled) ? '!gl_FrontFacing' : 'false';
    return new ShaderMaterial({
      vertexShader: VERTEX,
      fragmentShader: /* glsl */ `
        varying vec3 vWorld;
        varying vec3 vSeen;
        varying vec3 vNormal;
        uniform bool keepBacks;
        ${main.replace('void main() {', `void main() {\n const bool isPoint = ${kind === 'points'};\n bool back = ${back};\n if (back && !keepBacks) discard;\n`)}
      `,
      uniforms: { keepBacks: { value: bothSides }, pointSize: { value: 1 }, ...uniforms },
      side: DoubleSide,
      blending: NoBlending,
      ...look,
    });
  };
  return { front: make('front'), both: make('both'), points: make('points') };
}

export const disposePass = (materials: PassMaterials): void =>
  Object.values<Material>({ ...materials }).forEach((material) => material.dispose());

/**
 * Draws everything opaque into a target; the background is zero.
 * @throws capture-failed if the WebGL context was lost
 */
export function drawPass(
  renderer: WebGLRenderer,
  target: WebGLRenderTarget,
  root: Object3D,
  camera: Camera,
  materials: PassMaterials,
  dress = dressIn,
): void {
  const colour = renderer.getClearColor(new Color());
  const alpha = renderer.getClearAlpha();
  const undress = dress(root, materials);
  renderer.setRenderTarget(target);
  renderer.setClearColor(0, 0);
  renderer.clear();
  renderer.render(root, camera);
  renderer.setRenderTarget(null);
  renderer.setClearColor(colour, alpha);
  undress();
  if (renderer.getContext().isContextLost()) {
    throw new ZoetropeError(
      'capture-failed',
      say`The graphics card stopped answering.`,
      say`Try again; if it happens again, restart Zoetrope.`,
    );
  }
}

/** Puts these materials on everything opaque and hides transparent things. Returns a function that undoes it. */
export function dressIn(root: Object3D, materials: PassMaterials): () => void {
  const undo: (() => void)[] = [];
  root.traverseVisible((object) => {
    const drawn = object as Mesh & Partial<Points> & Partial<Line>;
    if (!drawn.material) return;
    const { cloud } = drawn as Partial<Pick<Splats, 'cloud'>>;
    if (cloud) {
      // Splats draw no surface; their centres stand in for them.
      drawn.layers.disableAll();
      cloud.layers.enable(0);
      undo.push(() => {
        drawn.layers.enable(0);
        cloud.layers.disableAll();
      });
      return;
    }
    const { material } = drawn;
    const own = [material].flat() as (Material & { transmission?: number })[];
    const clear = own.every((one) => (one.transparent && one.opacity < 0.9) || (one.transmission ?? 0) > 0);
    if ((drawn as { isLine?: boolean }).isLine || clear) {
      drawn.layers.disableAll(); // not `visible`, so that its children stay visible
      undo.push(() => drawn.layers.enable(0));
      return;
    }
    const twoSided = own.some(({ side }) => side !== FrontSide);
    if ((drawn as { isPoints?: boolean }).isPoints) {
      const { size = 1 } = own[0] as Partial<PointsMaterial>;
      const unhook = hookBefore(drawn, (renderer) => {
        // The width that three draws points with: their size at a distance of half the picture's height.
        materials.points.uniforms['pointSize']!.value = (size * renderer.getCurrentViewport(new Vector4()).w) / 2;
        materials.points.uniformsNeedUpdate = true;
      });
      drawn.material = materials.points;
      undo.push(unhook, () => Object.assign(drawn, { material }));
      return;
    }
    drawn.material = twoSided ? materials.both : materials.front;
    undo.push(() => Object.assign(drawn, { material }));
  });
  return () => undo.forEach((step) => step());
}

/** Calls `hook` before this object is drawn, after the callback it already has. Returns a function that undoes it. */
export function hookBefore(drawn: Object3D, hook: (renderer: WebGLRenderer) => void): () => void {
  const own = Object.getOwnPropertyDescriptor(drawn, 'onBeforeRender');
  const earlier = drawn.onBeforeRender.bind(drawn);
  drawn.onBeforeRender = (renderer, ...now) => {
    earlier(renderer, ...now);
    hook(renderer);
  };
  return () => {
    if (own) Object.defineProperty(drawn, 'onBeforeRender', own);
    else Reflect.deleteProperty(drawn, 'onBeforeRender');
  };
}
