import CameraControls from 'camera-controls';
import { Box3, MathUtils, Matrix4, Quaternion, Raycaster, Sphere, Spherical, Vector2, Vector3, Vector4, type PerspectiveCamera } from 'three';
import { boundsCentre, boundsDiagonal, framingDistance, posePosition, RING_ELEVATION, type Bounds } from '../../../capture';
import type { CameraPose } from '../../../contract';
import { cameraPose } from './pose';

CameraControls.install({
  THREE: { Box3, MathUtils, Matrix4, Quaternion, Raycaster, Sphere, Spherical, Vector2, Vector3, Vector4 },
});

/** Degrees from the front at which a scene is first shown: three quarters on, where its depth can be seen. */
const FIRST_AZIMUTH = 30;
/** Seconds of smoothing: a flight settles in about three times this, under the house's 200 ms. */
const SMOOTH = 0.055;
const STEP = 5 * MathUtils.DEG2RAD;

/** The user's camera: orbit, pan and zoom with mouse, touch and keys; flights to poses. No drawing. */
export class Orbit {
  private readonly controls: CameraControls;
  private bounds: Bounds = { min: [-1, -1, -1], max: [1, 1, 1] };

  constructor(
    private readonly camera: PerspectiveCamera,
    element: HTMLElement | null,
    private readonly reducedMotion: () => boolean,
    onInput: () => void,
  ) {
    this.controls = new CameraControls(camera, element ?? undefined);
    this.controls.smoothTime = SMOOTH;
    this.controls.draggingSmoothTime = reducedMotion() ? 0 : 0.04;
    this.controls.dollyToCursor = true;
    for (const type of ['control', 'controlstart', 'controlend', 'wake', 'transitionstart'] as const) {
      this.controls.addEventListener(type, onInput);
    }
  }

  /** Whether the pointer steers the camera. */
  set steers(on: boolean) {
    this.controls.enabled = on;
  }

  frame(bounds: Bounds, fovY: number): void {
    this.bounds = bounds;
    const size = boundsDiagonal(bounds) || 1;
    this.controls.minDistance = size / 200;
    this.controls.maxDistance = size * 12;
    void this.controls.rotateTo(FIRST_AZIMUTH * MathUtils.DEG2RAD, (90 - RING_ELEVATION) * MathUtils.DEG2RAD, false);
    this.fit(fovY, false);
    this.controls.update(0); // before the first frame is drawn, a view may be asked for
  }

  /** Shows everything, from the side the camera is on. */
  fit(fovY: number, animated: boolean): void {
    const elevation = 90 - this.controls.polarAngle * MathUtils.RAD2DEG;
    const distance = framingDistance(this.bounds, elevation, fovY, 0.05);
    const [x, y, z] = boundsCentre(this.bounds);
    const moving = animated && !this.reducedMotion();
    void this.controls.moveTo(x, y, z, moving);
    void this.controls.dollyTo(distance, moving);
  }

  flyTo(pose: CameraPose, animated: boolean): void {
    this.controls.normalizeRotations(); // the short way round
    const moving = animated && !this.reducedMotion();
    void this.controls.setLookAt(...posePosition(pose), ...pose.target, moving);
  }

  get pose(): CameraPose {
    return cameraPose(this.camera, this.controls.getTarget(new Vector3(), false));
  }

  /** Moves on by `seconds`; whether it is still moving. */
  update(seconds: number): boolean {
    return this.controls.update(seconds);
  }

  /** Arrows turn, with shift in larger steps; + and - go nearer and away. Whether the key was one of them. */
  press(key: string, large: boolean): boolean {
    const step = large ? 3 * STEP : STEP;
    const moving = !this.reducedMotion();
    const turn = (azimuth: number, polar: number): boolean => {
      void this.controls.rotate(azimuth, polar, moving);
      return true;
    };
    const dolly = (by: number): boolean => {
      // From where it is going, not from where it is: keys pressed on the way add up.
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
    this.controls.dispose();
  }
}
