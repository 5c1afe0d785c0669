// SPDX-License-Identifier: Apache-2.0
import CameraControls from 'camera-controls';
import {
  Box3,
  MathUtils,
  Matrix4,
  Quaternion,
  Raycaster,
  Sphere,
  Spherical,
  Vector2,
  Vector3,
  Vector4,
  type PerspectiveCamera,
} from 'three';
import { boundsCentre, boundsDiagonal, framingDistance, posePosition, RING_ELEVATION, type Bounds } from '../../camera';
import type { CameraPose } from '../../contract';
import { Fly, type FlyEvents } from './fly';
import { cameraPose } from '../pose';

CameraControls.install({
  THREE: { Box3, MathUtils, Matrix4, Quaternion, Raycaster, Sphere, Spherical, Vector2, Vector3, Vector4 },
});

/** Initial azimuth in degrees from the front: a three-quarter view, which shows depth. */
const FIRST_AZIMUTH = 30;
/** Smoothing time in seconds. A camera move settles in about three times this: under 200 ms. */
const SMOOTH = 0.055;
const STEP = 5 * MathUtils.DEG2RAD;

/** A side from which to look at the scene. */
export type Side = 'front' | 'back' | 'left' | 'right' | 'top' | 'bottom';

/** Degrees around the scene, and down from straight above. */
const SIDES: Record<Side, [number, number]> = {
  front: [0, 90],
  right: [90, 90],
  back: [180, 90],
  left: [-90, 90],
  top: [0, 0],
  bottom: [0, 180],
};

/** The user's camera: orbit, pan and zoom with mouse, touch and keys; animated moves to poses. Draws nothing. */
export class Orbit {
  private readonly controls: CameraControls;
  private readonly fly: Fly | null;
  private held = false;

  constructor(
    private readonly camera: PerspectiveCamera,
    element: HTMLElement | null,
    private readonly reducedMotion: () => boolean,
    { onInput, onSpeed }: FlyEvents,
  ) {
    this.controls = new CameraControls(camera, element ?? undefined);
    this.controls.smoothTime = SMOOTH;
    this.controls.draggingSmoothTime = reducedMotion() ? 0 : 0.04;
    this.controls.dollyToCursor = true;
    for (const type of ['control', 'controlstart', 'controlend', 'wake', 'transitionstart'] as const) {
      this.controls.addEventListener(type, onInput);
    }
    const rig = {
      eye: () => this.controls.getPosition(new Vector3(), false),
      target: () => this.controls.getTarget(new Vector3(), false),
      place: (eye: Vector3, target: Vector3) =>
        void this.controls.setLookAt(...eye.toArray(), ...target.toArray(), false),
    };
    this.fly = element ? new Fly(element, rig, reducedMotion, () => camera.fov, { onInput, onSpeed }) : null;
  }

  /** Whether something else uses the pointer, so that it must not move the camera. */
  set yields(held: boolean) {
    this.held = held;
    this.controls.enabled = !held && !this.flying;
  }

  get flying(): boolean {
    return this.fly?.on ?? false;
  }

  /** When flying, keys and pointer move the eye itself; otherwise the camera orbits its target. */
  set flying(on: boolean) {
    if (this.fly) this.fly.on = on;
    this.yields = this.held;
  }

  frame(bounds: Bounds, fovY: number): void {
    const size = boundsDiagonal(bounds) || 1;
    this.fly?.fit(size);
    this.controls.minDistance = size / 200;
    this.controls.maxDistance = size * 12;
    void this.controls.rotateTo(FIRST_AZIMUTH * MathUtils.DEG2RAD, (90 - RING_ELEVATION) * MathUtils.DEG2RAD, false);
    this.fit(bounds, fovY, false);
    this.controls.update(0); // a view may be requested before the first frame is drawn
  }

  /** Shows a whole box, from the current direction. */
  fit(bounds: Bounds, fovY: number, animated: boolean): void {
    const elevation = 90 - this.controls.polarAngle * MathUtils.RAD2DEG;
    const distance = framingDistance(bounds, elevation, fovY, 0.05);
    const [x, y, z] = boundsCentre(bounds);
    const moving = animated && !this.reducedMotion();
    void this.controls.moveTo(x, y, z, moving);
    void this.controls.dollyTo(distance, moving);
  }

  /** Looks at the same target from another side, at the same distance. */
  lookFrom(side: Side): void {
    this.controls.normalizeRotations(); // turn the short way
    const [azimuth, polar] = SIDES[side].map((degrees) => degrees * MathUtils.DEG2RAD) as [number, number];
    const turns = Math.round((this.controls.azimuthAngle - azimuth) / (2 * Math.PI));
    void this.controls.rotateTo(azimuth + 2 * Math.PI * turns, polar, !this.reducedMotion());
  }

  flyTo(pose: CameraPose, animated: boolean): void {
    this.controls.normalizeRotations(); // turn the short way
    const moving = animated && !this.reducedMotion();
    void this.controls.setLookAt(...posePosition(pose), ...pose.target, moving);
  }

  get pose(): CameraPose {
    return cameraPose(this.camera, this.controls.getTarget(new Vector3(), false));
  }

  /** Advances by `seconds`. Returns whether it is still moving. */
  update(seconds: number): boolean {
    const flies = this.fly?.update(seconds) ?? false;
    return this.controls.update(seconds) || flies;
  }

  /**
   * Handles a key. Arrows orbit, with shift in larger steps; + and - zoom. When flying, see `Fly.press`. Returns
   * whether the key was used.
   */
  press(event: { key: string; code: string; shiftKey: boolean; repeat: boolean }): boolean {
    if (this.flying) return this.fly?.press(event) ?? false;
    const { key, shiftKey } = event;
    const step = shiftKey ? 3 * STEP : STEP;
    const moving = !this.reducedMotion();
    const turn = (azimuth: number, polar: number): boolean => {
      void this.controls.rotate(azimuth, polar, moving);
      return true;
    };
    const dolly = (by: number): boolean => {
      // Relative to the target distance, not the current one, so that repeated keys add up.
      void this.controls.dollyTo(this.controls.getSpherical(new Spherical(), true).radius * by, moving);
      return true;
    };
    switch (key) {
      case 'ArrowLeft':
        return turn(-step, 0);
      case 'ArrowRight':
        return turn(step, 0);
      case 'ArrowUp':
        return turn(0, -step);
      case 'ArrowDown':
        return turn(0, step);
      case '+':
      case '=':
        return dolly(1 / 1.2);
      case '-':
      case '_':
        return dolly(1.2);
      default:
        return false;
    }
  }

  dispose(): void {
    this.fly?.dispose();
    this.controls.dispose();
  }
}
