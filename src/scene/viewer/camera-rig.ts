// SPDX-License-Identifier: Apache-2.0
import type { PerspectiveCamera } from 'three';
import { clipRange, type Bounds } from '../../camera';
import type { CameraPose } from '../../contract';
import { Lens } from '../render/lens';
import type { FlyEvents } from './fly';
import { Orbit, type Side } from './orbit';
import { screenFov } from './screen';

/** The user's camera: where it stands, its lens, and how it gets from one place to another. No drawing. */
export class CameraRig {
  private readonly orbit: Orbit;
  private readonly lens = new Lens();
  private followed = '';

  /** @param element steers it; null where nobody does. */
  constructor(
    private readonly camera: PerspectiveCamera,
    element: HTMLElement | null,
    private readonly reducedMotion: () => boolean,
    events: FlyEvents,
  ) {
    this.orbit = new Orbit(camera, element, reducedMotion, events);
  }

  get pose(): CameraPose {
    return this.orbit.pose;
  }

  /** Where the lens is going, degrees. */
  get fovY(): number {
    return this.lens.wanted;
  }

  set fovY(degrees: number) {
    this.lens.set(degrees, this.reducedMotion());
  }

  /** Whether something else has hold of the pointer. */
  set yields(held: boolean) {
    this.orbit.yields = held;
  }

  /** Flying, the keys and the pointer move the eye itself; else it goes round what it looks at. */
  set flying(on: boolean) {
    this.orbit.flying = on;
  }

  /** Shows a new scene whole, three quarters on. */
  frame(bounds: Bounds): void {
    this.orbit.frame(bounds, this.lens.wanted);
  }

  /** Shows a box whole, from the side it is on. */
  fit(bounds: Bounds): void {
    this.orbit.fit(bounds, this.lens.wanted, true);
  }

  lookFrom(side: Side): void {
    this.orbit.lookFrom(side);
  }

  /** To a pose and lens, in under 200 ms; at once with reduced motion. */
  flyTo(pose: CameraPose, fovY: number = this.fovY): void {
    this.orbit.flyTo(pose, true);
    this.fovY = fovY;
  }

  /** Stands where another camera stands, at once. Whether that one has moved since. */
  follow(pose: CameraPose, fovY: number): boolean {
    const way = [...pose.cameraToWorld, ...pose.target, fovY].join();
    if (way === this.followed) return false;
    this.followed = way;
    this.orbit.flyTo(pose, false);
    this.lens.set(fovY, true);
    return true;
  }

  /** Whether the key steers it. */
  press(event: { key: string; code: string; shiftKey: boolean; repeat: boolean }): boolean {
    return this.orbit.press(event);
  }

  /** Moves on by `seconds`; whether it is still moving. */
  update(seconds: number): boolean {
    const zooms = this.lens.step(seconds);
    return this.orbit.update(seconds) || zooms;
  }

  /** Makes three's camera ready to draw a screen of this shape, with the scene between its near and far planes. */
  project(aspect: number, bounds: Bounds | null): void {
    this.camera.aspect = aspect;
    this.camera.fov = screenFov(aspect, this.lens.now);
    if (bounds) {
      this.camera.updateMatrixWorld();
      Object.assign(this.camera, clipRange(this.pose, bounds));
    }
    this.camera.updateProjectionMatrix();
  }

  dispose(): void {
    this.orbit.dispose();
  }
}
