import {
  Color,
  DirectionalLight,
  HemisphereLight,
  PMREMGenerator,
  Scene,
  type Object3D,
  type WebGLRenderer,
  type WebGLRenderTarget,
} from 'three';
import { RoomEnvironment } from 'three/addons/environments/RoomEnvironment.js';

/**
 * What stands round every scene: a plain light grey ground, an even light from above and one key light, all fixed in
 * the world. None of it follows the camera or the window's theme, so that two captures differ only in their pose.
 */
export class Stage {
  readonly scene = new Scene();
  private room: WebGLRenderTarget | null = null;

  constructor() {
    this.scene.background = new Color('#b9b8b5');
    // In three's units a light of pi on a surface facing it shows the surface's own colour.
    const sky = new HemisphereLight('#ffffff', '#b5b1ab', 0.3 * Math.PI);
    const key = new DirectionalLight('#ffffff', 0.6 * Math.PI);
    key.position.set(0.55, 1, 0.75);
    this.scene.add(sky, key);
    this.scene.environmentIntensity = 0.25;
  }

  /** Metal shows what it mirrors: without a room round it, it is black. Must be redone when the context was lost. */
  light(renderer: WebGLRenderer): void {
    this.room?.dispose();
    const generator = new PMREMGenerator(renderer);
    const room = new RoomEnvironment();
    this.room = generator.fromScene(room, 0.04);
    this.scene.environment = this.room.texture;
    room.dispose();
    generator.dispose();
  }

  add(content: Object3D): void {
    this.scene.add(content);
  }

  remove(content: Object3D): void {
    this.scene.remove(content);
  }

  dispose(): void {
    this.room?.dispose();
  }
}
