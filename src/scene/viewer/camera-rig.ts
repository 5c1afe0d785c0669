// SPDX-License-Identifier: Apache-2.0
import type { PerspectiveCamera } from 'three';
import { clipRange, type Bounds } from '../../camera';
import type { CameraPose } from '../../contract';
import { Lens } from '../render/lens';
import type { FlyEvents } from './fly';
import { Orbit, type Side } from './orbit';
import { screenFov } from './screen';

/** The user's camera: its pose, its field of view, and animated moves between poses. Draws nothing. */
export class CameraRig {
  private readonly orbit: Orbit;
  private readonly lens = new Lens();
  private followed = '';

  /** @param element receives the pointer input; null for a camera that no user controls. */
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

  /** The field of view after the current animation, degrees. */
  get fovY(): number {
    return this.lens.wanted;
  }

  set fovY(degrees: number) {
    this.lens.set(degrees, this.reducedMotion());
  }

  /** Whether something else uses the pointer. */
  set yields(held: boolean) {
    this.orbit.yields = held;
  }

  /** When flying, keys and pointer move the eye itself; otherwise the camera orbits its target. */
  set flying(on: boolean) {
    this.orbit.flying = on;
  }

  /** Shows a whole new scene in three-quarter view. */
  frame(bounds: Bounds): void {
    this.orbit.frame(bounds, this.lens.wanted);
  }

  /** Shows a whole box, from the current direction. */
  fit(bounds: Bounds): void {
    this.orbit.fit(bounds, this.lens.wanted, true);
  }

  lookFrom(side: Side): void {
    this.orbit.lookFrom(side);
  }

  /** Moves to a pose and field of view in under 200 ms; at once with reduced motion. */
  flyTo(pose: CameraPose, fovY: number = this.fovY): void {
    this.orbit.flyTo(pose, true);
    this.fovY = fovY;
  }

  /** Takes over another camera's pose at once. Returns whether that camera has moved since the last call. */
  follow(pose: CameraPose, fovY: number): boolean {
    const way = [...pose.cameraToWorld, ...pose.target, fovY].join();
    if (way === this.followed) return false;
    this.followed = way;
    this.orbit.flyTo(pose, false);
    this.lens.set(fovY, true);
    return true;
  }

  /** Handles a key. Returns whether it controls the camera. */
  press(event: { key: string; code: string; shiftKey: boolean; repeat: boolean }): boolean {
    return this.orbit.press(event);
  }

  /** Advances the animation by `seconds`. Returns whether the camera is still moving. */
  update(seconds: number): boolean {
    const zooms = this.lens.step(seconds);
    return this.orbit.update(seconds) || zooms;
  }

  /** Sets up three's camera for a screen of this aspect, with the scene between its near and far planes. */
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
