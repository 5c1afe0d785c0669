// SPDX-License-Identifier: Apache-2.0
import { MathUtils, Spherical, Vector3 } from 'three';

/** What flying moves: the eye and the point it looks at. */
export interface Rig {
  eye: () => Vector3;
  target: () => Vector3;
  /** Sets both at once, without animation. */
  place: (eye: Vector3, target: Vector3) => void;
}

export interface FlyEvents {
  /** The camera moves or is about to move. */
  onInput: () => void;
  /** The speed has changed; scene units per second. */
  onSpeed: (speed: number) => void;
}

/** Directions by key code, so that the keys are in the same physical place on every keyboard layout. */
const WAYS: Readonly<Record<string, Vector3>> = {
  KeyW: new Vector3(0, 0, -1),
  KeyS: new Vector3(0, 0, 1),
  KeyA: new Vector3(-1, 0, 0),
  KeyD: new Vector3(1, 0, 0),
  KeyE: new Vector3(0, 1, 0),
  KeyQ: new Vector3(0, -1, 0),
};

const UP = new Vector3(0, 1, 0);
const FASTER = 4;
const STEP = 4 * MathUtils.DEG2RAD;
/** Time constant with which the velocity follows the keys, seconds. */
const SMOOTH = 0.06;
/** Longest time step of a move, seconds, however slow drawing is. */
const LONGEST_STEP = 0.2;
/** How long a key press moves the camera at least, seconds, even if it is released before a frame is drawn. */
const TAP = 0.05;
/** The smallest angle to the vertical, so that the view cannot flip over. */
const POLE = 1 * MathUtils.DEG2RAD;

/** Moves through a scene by walking or flying: WASD along the view, Q and E down and up; dragging looks around. */
export class Fly {
  private readonly held = new Set<string>();
  private readonly velocity = new Vector3();
  private fast = false;
  private dragged: { id: number; x: number; y: number } | null = null;
  private active = false;
  /** Scene units per second. */
  private pace = 1;
  private paces = { least: 0.01, most: 100 };

  constructor(
    private readonly element: HTMLElement,
    private readonly rig: Rig,
    private readonly reducedMotion: () => boolean,
    /** Vertical field of view on screen, degrees. While looking around, the point under the pointer stays under it. */
    private readonly fovY: () => number,
    private readonly events: FlyEvents,
  ) {
    element.addEventListener('pointerdown', this.down);
    element.addEventListener('pointermove', this.move);
    element.addEventListener('pointerup', this.up);
    element.addEventListener('pointercancel', this.up);
    element.addEventListener('wheel', this.wheel, { passive: false });
    // On the window, because the key may be released anywhere.
    window.addEventListener('keyup', this.release);
    window.addEventListener('blur', this.letGo);
  }

  get on(): boolean {
    return this.active;
  }

  set on(on: boolean) {
    this.active = on;
    this.letGo();
  }

  /** Sets the speed so that a scene of this diagonal is crossed in about six seconds. */
  fit(size: number): void {
    this.paces = { least: size / 500, most: 4 * size };
    this.pace = size / 6;
    this.events.onSpeed(this.pace);
  }

  /** Handles a key press. Returns whether it was used. Arrows look around, + and - change the speed. */
  press(event: { key: string; code: string; shiftKey: boolean; repeat: boolean }): boolean {
    if (!this.active) return false;
    const { key, code } = event;
    this.fast = event.shiftKey;
    const step = event.shiftKey ? 3 * STEP : STEP;
    if (WAYS[code]) {
      if (!event.repeat && !this.held.has(code)) {
        this.held.add(code);
        this.go(this.wanted(), TAP);
      }
    } else if (key === 'ArrowLeft') this.look(step, 0);
    else if (key === 'ArrowRight') this.look(-step, 0);
    else if (key === 'ArrowUp') this.look(0, step);
    else if (key === 'ArrowDown') this.look(0, -step);
    else if (key === '+' || key === '=') this.changePace(1);
    else if (key === '-' || key === '_') this.changePace(-1);
    else return false;
    this.events.onInput();
    return true;
  }

  /** Advances by `seconds`. Returns whether it is still moving. */
  update(seconds: number): boolean {
    if (!this.active) return false;
    const wanted = this.wanted();
    this.velocity.lerp(wanted, this.reducedMotion() ? 1 : 1 - Math.exp(-seconds / SMOOTH));
    if (this.held.size === 0 && this.velocity.length() < 0.01 * this.pace) this.velocity.set(0, 0, 0);
    if (this.velocity.lengthSq() === 0) return this.held.size > 0;
    this.go(this.velocity, Math.min(seconds, LONGEST_STEP));
    return true;
  }

  dispose(): void {
    this.element.removeEventListener('pointerdown', this.down);
    this.element.removeEventListener('pointermove', this.move);
    this.element.removeEventListener('pointerup', this.up);
    this.element.removeEventListener('pointercancel', this.up);
    this.element.removeEventListener('wheel', this.wheel);
    window.removeEventListener('keyup', this.release);
    window.removeEventListener('blur', this.letGo);
  }

  private wanted(): Vector3 {
    const way = new Vector3();
    for (const code of this.held) way.add(WAYS[code]!);
    return way.normalize().multiplyScalar(this.pace * (this.fast ? FASTER : 1));
  }

  /** `velocity`: to the right, up in the world, and backwards along the view; scene units per second. */
  private go(velocity: Vector3, seconds: number): void {
    const [eye, target] = [this.rig.eye(), this.rig.target()];
    const ahead = target.clone().sub(eye).normalize();
    const right = ahead.clone().cross(UP).normalize();
    const by = right
      .multiplyScalar(velocity.x)
      .addScaledVector(UP, velocity.y)
      .addScaledVector(ahead, -velocity.z)
      .multiplyScalar(seconds);
    this.rig.place(eye.add(by), target.add(by));
  }

  /** Turns left and up by angles in radians; the eye stays where it is. */
  private look(left: number, up: number): void {
    const [eye, target] = [this.rig.eye(), this.rig.target()];
    const way = new Spherical().setFromVector3(target.sub(eye));
    way.theta += left;
    way.phi = MathUtils.clamp(way.phi - up, POLE, Math.PI - POLE);
    this.rig.place(eye, new Vector3().setFromSpherical(way).add(eye));
  }

  private changePace(by: 1 | -1): void {
    this.pace = MathUtils.clamp(this.pace * 1.25 ** by, this.paces.least, this.paces.most);
    this.events.onSpeed(this.pace);
  }

  private readonly down = (event: PointerEvent): void => {
    if (!this.active || this.dragged) return;
    this.dragged = { id: event.pointerId, x: event.clientX, y: event.clientY };
    this.element.setPointerCapture(event.pointerId);
  };

  private readonly move = (event: PointerEvent): void => {
    if (!this.active || this.dragged?.id !== event.pointerId) return;
    const angle = (this.fovY() * MathUtils.DEG2RAD) / Math.max(1, this.element.clientHeight);
    this.look((event.clientX - this.dragged.x) * angle, (event.clientY - this.dragged.y) * angle);
    this.dragged = { id: event.pointerId, x: event.clientX, y: event.clientY };
    this.events.onInput();
  };

  private readonly up = (event: PointerEvent): void => {
    if (this.dragged?.id === event.pointerId) this.dragged = null;
  };

  private readonly wheel = (event: WheelEvent): void => {
    if (!this.active) return;
    event.preventDefault();
    if (event.deltaY !== 0) this.changePace(event.deltaY < 0 ? 1 : -1);
  };

  private readonly release = (event: KeyboardEvent): void => {
    this.fast = event.shiftKey;
    this.held.delete(event.code);
  };

  private readonly letGo = (): void => {
    this.held.clear();
    this.velocity.set(0, 0, 0);
    this.dragged = null;
  };
}
