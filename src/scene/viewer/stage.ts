// SPDX-License-Identifier: Apache-2.0
import {
  ACESFilmicToneMapping,
  AgXToneMapping,
  Color,
  DirectionalLight,
  HemisphereLight,
  LinearToneMapping,
  NeutralToneMapping,
  PCFShadowMap,
  PMREMGenerator,
  Scene,
  Vector3,
  type Camera,
  type Mesh,
  type MeshPhysicalMaterial,
  type Object3D,
  type WebGLRenderer,
  type WebGLRenderTarget,
} from 'three';
import { RoomEnvironment } from 'three/addons/environments/RoomEnvironment.js';
import { boundsCentre, boundsDiagonal, type Bounds } from '../../camera';
import { STANDARD_RENDER_SETTINGS, type Lighting, type RenderSettings, type ToneMapping } from '../../contract';
import { FileLights } from './file-lights';
import { vector } from '../pose';
import { unlight } from '../render/unlit';

/** Direction from the scene's centre to the key light: above, from the right, slightly in front. */
const KEY_DIRECTION = new Vector3(0.7, 1, 0.4).normalize();
const SHADOW_EDGE = 2048;

const TONE_MAPPINGS: Record<ToneMapping, WebGLRenderer['toneMapping']> = {
  neutral: NeutralToneMapping,
  agx: AgXToneMapping,
  aces: ACESFilmicToneMapping,
  linear: LinearToneMapping,
};

/**
 * Brightness of each light. In three's units a light of pi on a surface facing it shows the surface's own colour. With
 * reflective materials the reflected room lights the scene too, and the sky is dimmed.
 */
const LIGHTS: Record<Lighting, { sky: number; skyWithRoom: number; ground: string; key: number; head: number }> = {
  studio: { sky: 0.58, skyWithRoom: 0.05, ground: '#aaa6a0', key: 0.66, head: 0 },
  even: { sky: 0.98, skyWithRoom: 0.5, ground: '#8f8d8a', key: 0, head: 0 },
  headlight: { sky: 0.28, skyWithRoom: 0.05, ground: '#ffffff', key: 0, head: 0.75 },
  unlit: { sky: 0, skyWithRoom: 0, ground: '#ffffff', key: 0, head: 0 },
  file: { sky: 0.06, skyWithRoom: 0.06, ground: '#ffffff', key: 0, head: 0 },
};

/**
 * The surroundings of every scene: a plain grey ground and the lighting that the user chose. They do not depend on the
 * window's theme, and only the headlight follows the camera, so that two captures of a scene differ only in their pose
 * and in what their receipts list.
 */
export class Stage {
  readonly scene = new Scene();
  private readonly sky = new HemisphereLight('#ffffff', '#aaa6a0');
  private readonly key = new DirectionalLight('#ffffff', 0.66 * Math.PI);
  private readonly head = new DirectionalLight('#ffffff');
  private fileLights: FileLights | null = null;
  private room: WebGLRenderTarget | null = null;
  private root: Object3D | null = null;
  private relight: (() => void) | null = null;
  settings: RenderSettings = STANDARD_RENDER_SETTINGS;

  constructor() {
    this.scene.background = new Color('#b9b8b5');
    this.scene.environmentIntensity = 0.4;
    this.key.castShadow = true;
    // Not black: things in shadow must stay recognisable, above all the inside of a room with a ceiling.
    this.key.shadow.intensity = 0.45;
    this.key.shadow.radius = 3;
    this.key.shadow.mapSize.set(SHADOW_EDGE, SHADOW_EDGE);
    this.scene.add(this.sky, this.key, this.key.target, this.head, this.head.target);
    // For whichever camera it is drawn with: that of the screen, or that of a picture.
    this.scene.onBeforeRender = (_renderer, _scene, camera) => this.aimHead(camera);
  }

  /** Lights the content according to its size and materials. Must be called again after a lost WebGL context. */
  show(renderer: WebGLRenderer, { root, bounds }: { root: Object3D; bounds: Bounds }): void {
    renderer.shadowMap.enabled = true;
    renderer.shadowMap.type = PCFShadowMap;
    // Neither the light nor the scene moves, so one shadow map serves every picture.
    renderer.shadowMap.autoUpdate = false;
    this.aimKey(bounds);
    this.relight?.();
    const metals = surfaces(root).filter(({ metalness }) => metalness > 0.25);
    const mirrors = metals.length > 0 && !isSoftware(renderer);
    this.room?.dispose();
    this.room = mirrors ? makeRoom(renderer) : null;
    if (!mirrors) metals.forEach(dull);
    this.fileLights ??= new FileLights(root, bounds);
    this.root = root;
    this.scene.add(root);
    this.light(renderer, this.settings);
  }

  /** Applies render settings. */
  light(renderer: WebGLRenderer, settings: RenderSettings): void {
    this.settings = settings;
    renderer.toneMapping = TONE_MAPPINGS[settings.toneMapping];
    renderer.toneMappingExposure = 2 ** settings.exposure;
    this.relight?.();
    this.relight = settings.lighting === 'unlit' && this.root ? unlight(this.root) : null;
    const { sky, skyWithRoom, ground, key, head } = LIGHTS[settings.lighting];
    const mirrors = this.room !== null && settings.lighting !== 'unlit' && settings.lighting !== 'file';
    this.scene.environment = mirrors ? (this.room?.texture ?? null) : null;
    this.sky.intensity = (mirrors ? skyWithRoom : sky) * Math.PI;
    this.sky.groundColor.set(ground);
    this.sky.visible = sky > 0;
    this.key.visible = key > 0;
    this.head.visible = head > 0;
    this.head.intensity = head * Math.PI;
    if (this.fileLights) this.fileLights.on = settings.lighting === 'file';
    renderer.shadowMap.needsUpdate = true;
  }

  clear(root: Object3D): void {
    this.relight?.();
    this.relight = null;
    this.fileLights = null;
    this.root = null;
    this.scene.remove(root);
  }

  dispose(): void {
    this.room?.dispose();
    this.key.dispose();
    this.head.dispose();
  }

  private aimHead(camera: Camera): void {
    if (!this.head.visible) return;
    // The world matrices are used directly: those of the scene are up to date by now.
    const { matrixWorld } = this.head;
    matrixWorld.copyPosition(camera.matrixWorld);
    this.head.target.matrixWorld.setPosition(new Vector3(0, 0, -1).applyMatrix4(camera.matrixWorld));
  }

  /** Fits the key light's shadow camera to the whole box. */
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
    // Two and a half texels: enough that a surface does not shade itself, little enough that shadows stay attached.
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

/** Makes a room for metal to reflect: without one, metal looks black. */
function makeRoom(renderer: WebGLRenderer): WebGLRenderTarget {
  const generator = new PMREMGenerator(renderer);
  const room = new RoomEnvironment();
  const target = generator.fromScene(room, 0.04);
  room.dispose();
  generator.dispose();
  return target;
}

/** Without a room, metal is shown in its own colour like paint: dull, but not black. */
function dull(material: MeshPhysicalMaterial): void {
  material.metalness = Math.min(material.metalness, 0.25);
}

/**
 * Whether the processor does the rendering: then the reflected room takes over ten seconds to prepare, with a frozen
 * window.
 */
function isSoftware(renderer: WebGLRenderer): boolean {
  const gl = renderer.getContext();
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name = info ? String(gl.getParameter(info.UNMASKED_RENDERER_WEBGL)) : '';
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name);
}
