// SPDX-License-Identifier: Apache-2.0
import type { Scene } from 'three';
import type { Bounds } from '../../camera';
import { ALL_OBJECTS, type ObjectRef, type ShownObjects } from '../../contract';
import type { LoadedScene } from '../load/load';
import { SceneObjects } from '../load/objects';
import { Outline } from './outline';

/** Which objects are shown, and which one is chosen and outlined. Both are kept when another scene is loaded. */
export class ObjectSelection {
  private readonly outline: Outline;
  private scene: LoadedScene | null = null;
  private chosen: ObjectRef | null = null;
  shown: ShownObjects = ALL_OBJECTS;

  /** @param overlay the three.js scene in which the outline is drawn. */
  constructor(overlay: Scene) {
    this.outline = new Outline(overlay);
  }

  setScene(scene: LoadedScene | null): void {
    this.scene = scene;
    scene?.parts.show(this.shown);
  }

  show(parts: ShownObjects): void {
    this.shown = parts;
    this.scene?.parts.show(parts);
    this.choose(this.chosen);
  }

  choose(part: ObjectRef | null): void {
    this.chosen = part;
    this.outline.show(part && this.boundsOf(part));
  }

  /** The bounding box of the shown parts of an object; null if the scene has no such object. */
  boundsOf(part: ObjectRef): Bounds | null {
    const object = this.scene?.parts.find(part);
    return object ? SceneObjects.bounds(object) : null;
  }

  /** The bounding box of everything that is shown. */
  get bounds(): Bounds | null {
    if (!this.scene) return null;
    const { hidden, only } = this.shown;
    return (hidden.length > 0 || only ? SceneObjects.bounds(this.scene.root) : null) ?? this.scene.bounds;
  }

  dispose(): void {
    this.outline.dispose();
  }
}
