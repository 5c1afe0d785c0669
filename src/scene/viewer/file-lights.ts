// SPDX-License-Identifier: Apache-2.0
import { Vector3, type Light, type Object3D, type PointLight } from 'three';
import { boundsCentre, boundsDiagonal, type Bounds } from '../../camera';
import { vector } from '../pose';

/** The shader loops over all lamps for each pixel. If there are more than this, the brightest are lit. */
const MOST_LIT = 64;

/**
 * The lights in a scene's file. Exporters use many different units, so that one file would come out white and the next
 * black. They are all scaled by one factor, so that the scene's centre is lit as brightly as by the studio light; their
 * relative brightness is kept.
 */
export class FileLights {
  private readonly lights: { light: Light; intensity: number }[] = [];
  private readonly scale: number;

  constructor(root: Object3D, bounds: Bounds) {
    const centre = vector(boundsCentre(bounds));
    const nearest = boundsDiagonal(bounds) / 4 || 1;
    let sum = 0;
    root.traverse((object) => {
      const light = object as Light;
      if (!light.isLight) return;
      this.lights.push({ light, intensity: light.intensity });
      const away = Math.max(nearest, new Vector3().setFromMatrixPosition(light.matrixWorld).distanceTo(centre));
      const falls = (light as Partial<PointLight>).isPointLight || 'isSpotLight' in light;
      sum += light.intensity / (falls ? away ** 2 : 1);
    });
    this.lights.sort((a, b) => b.intensity - a.intensity).splice(MOST_LIT);
    this.scale = sum > 0 && Number.isFinite(sum) ? Math.PI / sum : 1;
  }

  set on(on: boolean) {
    for (const { light, intensity } of this.lights) {
      // Not `visible`, so that objects attached to a lamp stay visible.
      if (on) light.layers.enable(0);
      else light.layers.disableAll();
      light.intensity = intensity * this.scale;
    }
  }
}
