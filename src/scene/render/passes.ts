// SPDX-License-Identifier: Apache-2.0
import { PerspectiveCamera, type Mesh, type Object3D, type WebGLRenderer, type WebGLRenderTarget } from 'three';
import { say, ZoetropeError, type CameraPose, type Intrinsics, type Passes } from '../../contract';
import type { DrawnView } from './backs';
import type { Splats } from '../formats/splats';
import { disposePass, dressIn, drawPass, hookBefore, passMaterials, type PassMaterials } from './pass-material';
import { placeCamera } from '../pose';
import { drawsFloats, floatTarget, readFloats, Surface } from './surface';

const ID_SHADER = /* glsl */ `
  uniform float number;
  void main() {
    gl_FragColor = vec4(number, 0.0, 0.0, 1.0);
  }
`;

/** Everything that is drawn, in the scene's order, whether shown or hidden. The first has number 1 in an ID pass. */
export function drawnObjects(root: Object3D): Object3D[] {
  const found: Object3D[] = [];
  root.traverse((object) => {
    const { isSplats } = (object.parent ?? {}) as { isSplats?: boolean };
    if ((object as Partial<Mesh>).material && !isSplats) found.push(object);
  });
  return found;
}

/** The names for the numbers in an ID pass, starting with number 1: an object's own name, or that of its group. */
export const objectNames = (root: Object3D): string[] =>
  drawnObjects(root).map((object) => {
    for (let at: Object3D | null = object; at && at !== root; at = at.parent) {
      const { name } = at.userData as { name?: unknown }; // the name in the file; three's own has no spaces
      if (typeof name === 'string' && name !== '') return name;
      if (at.name !== '') return at.name;
    }
    return '';
  });

/**
 * Renders what is known of each pixel of a view besides its colour, sampled at the pixel's centre.
 * @throws capture-failed
 */
export function renderPasses(renderer: WebGLRenderer, root: Object3D, view: DrawnView): Passes {
  const { pose, intrinsics, culled, bothSides } = view;
  if (!drawsFloats(renderer)) {
    throw new ZoetropeError(
      'capture-failed',
      say`This graphics card cannot draw depths.`,
      say`Capture the views without depth, normals and object numbers.`,
    );
  }
  const { width, height } = intrinsics;
  const surface = new Surface(width, height, view);
  const ids = floatTarget(width, height);
  const materials = passMaterials(ID_SHADER, { number: { value: 0 } }, { culled, bothSides });
  try {
    surface.draw(renderer, root, pose, intrinsics);
    const seen = readFloats(renderer, surface.target);
    const numbers = drawIds(renderer, root, ids, materials, pose, intrinsics);
    const depth = new Float32Array(width * height);
    const normal = new Uint8Array(width * height * 3);
    const id = new Uint16Array(width * height);
    for (let k = 0; k < depth.length; k++) {
      depth[k] = seen[4 * k + 3]!;
      id[k] = numbers[4 * k]!;
      const facing = seen.subarray(4 * k, 4 * k + 3);
      if (facing.some((n) => n !== 0))
        for (let c = 0; c < 3; c++) normal[3 * k + c] = Math.round(127.5 * (facing[c]! + 1));
    }
    return { depth, normal, id };
  } finally {
    surface.dispose();
    ids.dispose();
    disposePass(materials);
  }
}

function drawIds(
  renderer: WebGLRenderer,
  root: Object3D,
  target: WebGLRenderTarget,
  materials: PassMaterials,
  pose: CameraPose,
  intrinsics: Intrinsics,
): Float32Array {
  const numbers = new Map(drawnObjects(root).map((object, k) => [object, k + 1]));
  // One material serves all objects; each sets its number just before it is drawn.
  const dress = (whole: Object3D, dressed: PassMaterials): (() => void) => {
    const undress = dressIn(whole, dressed);
    const own = [...numbers].map(([object, number]) => {
      return hookBefore((object as Partial<Pick<Splats, 'cloud'>>).cloud ?? object, () => {
        for (const material of [dressed.front, dressed.both, dressed.points]) {
          material.uniforms['number']!.value = number;
          material.uniformsNeedUpdate = true;
        }
      });
    });
    return () => {
      own.forEach((restore) => restore());
      undress();
    };
  };
  const camera = new PerspectiveCamera();
  placeCamera(camera, pose, intrinsics);
  drawPass(renderer, target, root, camera, materials, dress);
  return readFloats(renderer, target);
}
