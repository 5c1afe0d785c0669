// SPDX-License-Identifier: Apache-2.0
import {
  Vector3,
  type BufferGeometry,
  type InstancedMesh,
  type Light,
  type Material,
  type Mesh,
  type Object3D,
  type Points,
  type SkinnedMesh,
  type Texture,
} from 'three';
import { say } from '../../contract';
import { gigabytes, type Allowance } from '../validate';
import { checkCount, checkDraws, tooMuch } from '../files/refusals';
import type { Splats } from '../formats/splats';

type Drawn = Mesh &
  Partial<Pick<InstancedMesh, 'count' | 'isInstancedMesh'>> &
  Partial<Pick<SkinnedMesh, 'isSkinnedMesh'>> &
  Partial<Pick<Splats, 'isSplats' | 'total' | 'cloud'>>;

/** Adds up what a scene is made of. Each geometry, material and picture counts once, each draw counts every time. */
export class Counted {
  triangles = 0;
  points = 0;
  splats = 0;
  vertices = 0;
  objects = 0;
  draws = 0;
  lights = 0;
  /** Bytes of vertices and of textures in graphics memory. */
  drawn = 0;
  textured = 0;
  readonly materials = new Set<object>();
  readonly clouds: Points[] = [];
  /** The distinct combinations that need a shader program of their own. */
  readonly kinds = new Set<string>();
  private readonly sources = new Set<object>();
  private readonly uploads = new Map<object, Set<string>>();
  private readonly geometries = new Set<BufferGeometry>();

  get textures(): number {
    return this.sources.size;
  }

  get memory(): number {
    return this.drawn + this.textured;
  }

  add(object: Object3D): void {
    // Only the stage's light is used, so that views of different scenes are comparable. Lights are removed from the
    // layers and not made invisible, because objects attached to a lamp must stay visible.
    if ((object as Light).isLight) {
      object.layers.disableAll();
      this.lights += 1;
    }
    const thing = object as Drawn;
    const { geometry } = thing;
    if (!geometry) return;
    if (thing.isSplats) {
      this.splats += thing.total ?? 0;
      this.objects += 1;
      this.drawn += 60 * (thing.total ?? 0);
      this.clouds.push(thing.cloud!);
      return;
    }
    if ((object.parent as { isSplats?: boolean } | null)?.isSplats) return; // centres of splats, already counted
    const corners = geometry.index?.count ?? geometry.getAttribute('position')?.count ?? 0;
    if (corners === 0) return;
    this.objects += 1;
    this.draws += Array.isArray(thing.material) ? geometry.groups.length : 1;
    if (thing.isMesh) this.triangles += Math.floor(corners / 3) * (thing.count ?? 1);
    if (thing.isInstancedMesh) this.drawn += 64 * (thing.count ?? 0);
    if ((object as Partial<Points>).isPoints) {
      this.points += corners;
      this.clouds.push(object as Points);
    }
    for (const material of [thing.material].flat()) {
      if (!material) continue;
      this.kinds.add(kindOf(material, thing));
      if (this.materials.has(material)) continue;
      this.materials.add(material);
      for (const value of Object.values(material) as unknown[])
        if ((value as Partial<Texture> | null)?.isTexture) this.addTexture(value as Texture);
    }
    if (this.geometries.has(geometry)) return;
    this.geometries.add(geometry);
    this.vertices += geometry.getAttribute('position')?.count ?? 0;
    this.drawn += bytesOf(geometry);
  }

  private addTexture({ source, image, wrapS, wrapT, magFilter, minFilter, colorSpace, flipY }: Texture): void {
    this.sources.add(source);
    const uploads = this.uploads.get(source) ?? new Set<string>();
    this.uploads.set(source, uploads);
    const way = [wrapS, wrapT, magFilter, minFilter, colorSpace, flipY].join();
    if (uploads.has(way)) return;
    uploads.add(way);
    const { width = 0, height = 0 } = (image ?? {}) as { width?: number; height?: number };
    this.textured += width * height * 4 * (4 / 3); // RGBA and its mipmaps
  }
}

function bytesOf({ attributes, index, morphAttributes }: BufferGeometry): number {
  const arrays = [...Object.values(attributes), ...(index ? [index] : [])] as { array?: ArrayBufferView }[];
  const plain = arrays.reduce((sum, { array }) => sum + (array?.byteLength ?? 0), 0);
  const targets = Object.values(morphAttributes)
    .flat()
    .reduce((sum, { count }) => sum + 16 * count, 0); // four floats a vertex
  return plain + targets;
}

/** Material values that need another shader program when they are above zero. */
const EFFECTS = ['alphaTest', 'anisotropy', 'clearcoat', 'dispersion', 'iridescence', 'sheen', 'transmission'];

function kindOf(material: Material, { geometry, isInstancedMesh, isSkinnedMesh }: Drawn): string {
  const features = Object.entries(material).flatMap(([name, value]: [string, unknown]) => {
    if ((value as Partial<Texture> | null)?.isTexture) return [`${name}${(value as Texture).channel}`];
    return value === true || (EFFECTS.includes(name) && (value as number) > 0) ? [name] : [];
  });
  const targets = Object.values(geometry.morphAttributes)[0]?.length ?? 0;
  return [
    material.type,
    material.side,
    material.blending,
    targets,
    isInstancedMesh,
    isSkinnedMesh,
    ...Object.keys(geometry.attributes).sort(),
    '',
    ...features.sort(),
  ].join();
}

/** Each takes the graphics card a while to compile, up to a fifth of a second if the processor stands in for it. */
const MOST_KINDS = 100;
/** More lamps than any shader program can process. */
const MOST_LIGHTS = 1000;

/**
 * Checks what was read against the scene's allowance, before any of it reaches the graphics card.
 * @throws scene-too-large
 */
export function checkCost(
  { triangles, points, draws, drawn, textured, kinds, lights }: Counted,
  title: string,
  allowance: Allowance,
): void {
  checkCount(triangles, 'triangles', title, allowance.primitives);
  checkCount(points, 'points', title, allowance.primitives);
  checkDraws(draws, title);
  if (drawn > allowance.drawn) throw tooMuch(title, say`needs about ${gigabytes(drawn)} GB of memory`);
  // Room for mipmaps, and for a picture that is used both as colour and as data.
  if (textured > 4 * 2 * allowance.shownPixels)
    throw tooMuch(title, say`needs about ${gigabytes(textured)} GB of memory`);
  if (kinds.size > MOST_KINDS) throw tooMuch(title, say`has ${kinds.size} kinds of material`);
  if (lights > MOST_LIGHTS) throw tooMuch(title, say`has ${lights} lamps`);
}

/** How many times surfaces may cover the scene, one behind the other. Stacks of slices and hair need a third of it. */
const MOST_LAYERS = 400;

/**
 * Refuses scenes with too many surfaces one behind the other, which would hang the graphics card.
 * @throws scene-too-large
 */
export function checkLayers(
  { corners, weight }: { corners: Float32Array; weight: number },
  diagonal: number,
  title: string,
): void {
  const [a, b] = [new Vector3(), new Vector3()];
  let area = 0;
  for (let at = 0; at < corners.length; at += 9) {
    const from = new Vector3().fromArray(corners, at);
    area +=
      a
        .fromArray(corners, at + 3)
        .sub(from)
        .cross(b.fromArray(corners, at + 6).sub(from))
        .length() / 2;
  }
  const layers = (weight * area) / (diagonal * diagonal || 1);
  if (layers > MOST_LAYERS)
    throw tooMuch(title, say`has surfaces that lie over each other about ${Math.round(layers)} times`);
}
