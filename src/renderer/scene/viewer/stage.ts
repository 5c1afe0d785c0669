import {
  Color,
  DirectionalLight,
  HemisphereLight,
  PCFShadowMap,
  PMREMGenerator,
  Scene,
  Vector3,
  type Mesh,
  type MeshPhysicalMaterial,
  type Object3D,
  type WebGLRenderer,
  type WebGLRenderTarget,
} from 'three';
import { RoomEnvironment } from 'three/addons/environments/RoomEnvironment.js';
import { boundsCentre, boundsDiagonal, type Bounds } from '../../../capture';
import { vector } from './pose';

/** From the scene's middle towards the key light: above, from the right, a little in front. */
const KEY_DIRECTION = new Vector3(0.7, 1, 0.4).normalize();
const SHADOW_EDGE = 2048;

/**
 * What stands round every scene: a plain grey ground, an even light from above and one key light with a soft shadow,
 * all fixed in the world. None of it follows the camera or the window's theme, so that two captures of a scene
 * differ only in their pose.
 */
export class Stage {
  readonly scene = new Scene();
  private readonly sky = new HemisphereLight('#ffffff', '#aaa6a0');
  private readonly key = new DirectionalLight('#ffffff', 0.66 * Math.PI);
  private room: WebGLRenderTarget | null = null;

  constructor() {
    this.scene.background = new Color('#b9b8b5');
    this.scene.environmentIntensity = 0.4;
    this.key.castShadow = true;
    // Not black: what lies in shadow must stay legible, the inside of a room under its ceiling above all.
    this.key.shadow.intensity = 0.45;
    this.key.shadow.radius = 3;
    this.key.shadow.mapSize.set(SHADOW_EDGE, SHADOW_EDGE);
    this.scene.add(this.sky, this.key, this.key.target);
  }

  /** Lights the content for its size and materials. To be done again when the graphics context was lost. */
  show(renderer: WebGLRenderer, { root, bounds }: { root: Object3D; bounds: Bounds }): void {
    renderer.shadowMap.enabled = true;
    renderer.shadowMap.type = PCFShadowMap;
    // Neither light nor scene moves: one shadow map serves every picture.
    renderer.shadowMap.autoUpdate = false;
    renderer.shadowMap.needsUpdate = true;
    this.aimKey(bounds);
    const metals = surfaces(root).filter(({ metalness }) => metalness > 0.25);
    const mirrors = metals.length > 0 && !isSoftware(renderer);
    this.room?.dispose();
    this.room = mirrors ? makeRoom(renderer) : null;
    this.scene.environment = this.room?.texture ?? null;
    // In three's units a light of pi on a surface facing it shows the surface's own colour. The room is a light too.
    this.sky.intensity = (mirrors ? 0.05 : 0.58) * Math.PI;
    if (!mirrors) metals.forEach(dull);
    this.scene.add(root);
  }

  clear(root: Object3D): void {
    this.scene.remove(root);
  }

  dispose(): void {
    this.room?.dispose();
    this.key.dispose();
  }

  /** Spans the key light's shadow over the whole box. */
  private aimKey(bounds: Bounds): void {
    const radius = boundsDiagonal(bounds) / 2 || 1;
    this.key.target.position.copy(vector(boundsCentre(bounds)));
    this.key.position.copy(this.key.target.position).addScaledVector(KEY_DIRECTION, 2 * radius);
    const { camera } = this.key.shadow;
    camera.left = camera.bottom = -radius;
    camera.right = camera.top = radius;
    camera.near = 0.9 * radius;
    camera.far = 3.1 * radius;
    camera.updateProjectionMatrix();
    // Two and a half texels: enough that a surface does not shade itself, little enough that shadows meet their objects.
    this.key.shadow.normalBias = (2.5 * 2 * radius) / SHADOW_EDGE;
    this.key.shadow.needsUpdate = true;
  }
}

function surfaces(root: Object3D): MeshPhysicalMaterial[] {
  const found = new Set<MeshPhysicalMaterial>();
  root.traverse((object) => {
    const mesh = object as Mesh;
    if (!mesh.isMesh) return;
    const materials = [mesh.material].flat() as MeshPhysicalMaterial[];
    const solid = materials.every((material) => !material.transparent && !(material.transmission > 0));
    mesh.castShadow = solid;
    mesh.receiveShadow = true;
    for (const material of materials) if (material.isMeshStandardMaterial) found.add(material);
  });
  return [...found];
}

/** Metal shows what it mirrors: with no room round it, it is black. */
function makeRoom(renderer: WebGLRenderer): WebGLRenderTarget {
  const generator = new PMREMGenerator(renderer);
  const room = new RoomEnvironment();
  const target = generator.fromScene(room, 0.04);
  room.dispose();
  generator.dispose();
  return target;
}

/** Without a room, metal shows its own colour like paint does: dull, but not black. */
function dull(material: MeshPhysicalMaterial): void {
  material.metalness = Math.min(material.metalness, 0.25);
}

/** Drawn by the processor: there the mirrored room takes over ten seconds to prepare, with the window standing still. */
function isSoftware(renderer: WebGLRenderer): boolean {
  const gl = renderer.getContext();
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name = info ? String(gl.getParameter(info.UNMASKED_RENDERER_WEBGL)) : '';
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name);
}
