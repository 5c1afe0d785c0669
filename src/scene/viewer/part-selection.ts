import type { Scene } from 'three';
import type { Bounds } from '../../camera';
import { ALL_PARTS, type PartRef, type ShownParts } from '../../contract';
import type { LoadedScene } from '../load/load';
import { Parts } from '../load/parts';
import { Outline } from './outline';

/** Which parts of the scene are shown, and which one is chosen and has a box drawn round it. Both outlive the scene. */
export class PartSelection {
  private readonly outline: Outline;
  private scene: LoadedScene | null = null;
  private chosen: PartRef | null = null;
  shown: ShownParts = ALL_PARTS;

  /** @param overlay where the box is drawn. */
  constructor(overlay: Scene) {
    this.outline = new Outline(overlay);
  }

  setScene(scene: LoadedScene | null): void {
    this.scene = scene;
    scene?.parts.show(this.shown);
  }

  show(parts: ShownParts): void {
    this.shown = parts;
    this.scene?.parts.show(parts);
    this.choose(this.chosen);
  }

  choose(part: PartRef | null): void {
    this.chosen = part;
    this.outline.show(part && this.boundsOf(part));
  }

  /** The box round what is shown of a part; null where the scene has none. */
  boundsOf(part: PartRef): Bounds | null {
    const object = this.scene?.parts.find(part);
    return object ? Parts.bounds(object) : null;
  }

  /** The box round all that is shown. */
  get bounds(): Bounds | null {
    if (!this.scene) return null;
    const { hidden, only } = this.shown;
    return (hidden.length > 0 || only ? Parts.bounds(this.scene.root) : null) ?? this.scene.bounds;
  }

  dispose(): void {
    this.outline.dispose();
  }
}
