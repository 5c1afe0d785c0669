import { DoubleSide, FrontSide, NoBlending, ShaderMaterial, type IUniform, type Line, type Material, type Mesh, type Object3D, type Points } from 'three';

import type { Splats } from './formats/splats';

/** three's own chunks, so that what bones, morphs and instances move is where the picture shows it. */
const VERTEX = /* glsl */ `
  #include <common>
  #include <batching_pars_vertex>
  #include <morphtarget_pars_vertex>
  #include <skinning_pars_vertex>
  varying vec3 vWorld;
  varying vec3 vSeen;
  void main() {
    #include <batching_vertex>
    #include <skinbase_vertex>
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
    gl_PointSize = 3.0;
  }
`;

/**
 * A material that writes numbers instead of colours. `main` gets `vWorld`, `vSeen` (camera space), `isPoint` and
 * `back` (seen from behind though it has no back to show), and sets `gl_FragColor`.
 */
export function passMaterial(main: string, uniforms: Record<string, IUniform>, kind: 'front' | 'both' | 'points'): ShaderMaterial {
  const back = kind === 'front' ? '!gl_FrontFacing' : 'false';
  return new ShaderMaterial({
    vertexShader: VERTEX,
    fragmentShader: /* glsl */ `
      varying vec3 vWorld;
      varying vec3 vSeen;
      uniform bool keepBacks;
      ${main.replace('void main() {', `void main() {\n const bool isPoint = ${kind === 'points'};\n bool back = ${back};\n if (back && !keepBacks) discard;\n`)}
    `,
    uniforms: { keepBacks: { value: false }, ...uniforms },
    side: DoubleSide,
    blending: NoBlending,
  });
}

export interface PassMaterials {
  front: Material;
  both: Material;
  points: Material;
}

export function passMaterials(main: string, uniforms: Record<string, IUniform>): PassMaterials {
  const make = (kind: keyof PassMaterials) => passMaterial(main, uniforms, kind);
  return { front: make('front'), both: make('both'), points: make('points') };
}

/** Puts these materials on everything solid and hides what light passes through, until what is returned is called. */
export function dressIn(root: Object3D, materials: PassMaterials): () => void {
  const undo: (() => void)[] = [];
  root.traverseVisible((object) => {
    const drawn = object as Mesh & Partial<Points> & Partial<Line>;
    if (!drawn.material) return;
    const { cloud } = drawn as Partial<Pick<Splats, 'cloud'>>;
    if (cloud) {
      // Splats draw light; where they are, their middles say.
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
      drawn.layers.disableAll(); // not `visible`: what hangs on it stays
      undo.push(() => drawn.layers.enable(0));
      return;
    }
    const twoSided = own.some(({ side }) => side !== FrontSide);
    drawn.material = (drawn as { isPoints?: boolean }).isPoints ? materials.points : twoSided ? materials.both : materials.front;
    undo.push(() => Object.assign(drawn, { material }));
  });
  return () => undo.forEach((step) => step());
}
