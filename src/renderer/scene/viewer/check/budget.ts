import { say, ZoetropeError, type Sentence } from '../../../../contract';
import { notAScene, type Glb } from './glb';
import type { Gltf } from './gltf';
import { pictureSize } from './picture-size';

/** What a scene says it will take, added up before anything is made of it. */
export interface SceneCost {
  /** Bytes of vertices and pictures once unpacked. */
  bytes: number;
  /** Triangles, lines and points drawn in one picture. */
  primitives: number;
  /** Separate draws in one picture. */
  draws: number;
}

export const SCENE_BUDGET: SceneCost = { bytes: 2 ** 30, primitives: 30_000_000, draws: 100_000 };

const COMPONENT_BYTES: Record<number, number> = { 5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4 };
const COMPONENTS: Record<string, number> = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4, MAT2: 4, MAT3: 9, MAT4: 16 };
/** For a picture whose size cannot be read from its first bytes (AVIF): as much as a 4096 x 4096 one. */
const UNKNOWN_PICTURE_PIXELS = 4096 * 4096;

/** Throws `scene-too-large` if the scene asks for more than the budget, `not-a-scene` if its parts run in a circle. */
export function checkBudget(glb: Glb, name: string, budget: SceneCost = SCENE_BUDGET): SceneCost {
  const { gltf } = glb;
  const cost = { bytes: storedBytes(glb), ...drawnPrimitives(gltf, name) };
  if (cost.bytes > budget.bytes) {
    throw tooLarge(name, say`needs about ${gigabytes(cost.bytes)} GB of memory`, cost);
  }
  if (cost.primitives > budget.primitives) {
    throw tooLarge(name, say`has about ${Math.round(cost.primitives / 1e6)} million triangles`, cost);
  }
  if (cost.draws > budget.draws) throw tooLarge(name, say`has about ${Math.round(cost.draws / 1000)} thousand objects`, cost);
  return cost;
}

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);

function tooLarge(name: string, what: Sentence, cost: SceneCost): ZoetropeError {
  return new ZoetropeError(
    'scene-too-large',
    say`${name} ${what}, more than Zoetrope opens.`,
    say`Simplify it (fewer triangles, smaller textures) or open a part of it.`,
    JSON.stringify(cost),
  );
}

function storedBytes({ gltf, pictures }: Glb): number {
  let bytes = 0;
  for (const { count, type, componentType } of gltf.accessors) {
    bytes += count * (COMPONENTS[type] ?? 16) * (COMPONENT_BYTES[componentType] ?? 4);
  }
  for (const { extensions } of gltf.bufferViews) {
    const packed = extensions?.EXT_meshopt_compression ?? extensions?.KHR_meshopt_compression;
    if (packed) bytes += packed.count * packed.byteStride;
  }
  for (const picture of pictures) {
    if (!picture) continue;
    const size = pictureSize(picture);
    const pixels = size ? size.width * size.height : UNKNOWN_PICTURE_PIXELS;
    bytes += pixels * 4 * (4 / 3); // RGBA and its smaller copies
  }
  return bytes;
}

/** Walks the scene as it will be drawn: one mesh may stand in it many times. */
function drawnPrimitives(gltf: Gltf, name: string): { primitives: number; draws: number } {
  const perMesh = gltf.meshes.map((mesh) => ({
    draws: mesh.primitives.length,
    primitives: mesh.primitives.reduce((sum, { indices, attributes, mode }) => {
      const points = gltf.accessors[indices ?? attributes['POSITION'] ?? -1]?.count ?? 0;
      return sum + (mode === 4 ? points / 3 : points);
    }, 0),
  }));
  const total = { primitives: 0, draws: 0 };
  const seen = new Set<number>();
  const scene = gltf.scene ?? 0;
  const waiting = (gltf.scenes[scene]?.nodes ?? []).map((at, k) => ({ at, pointer: `/scenes/${scene}/nodes/${k}` }));
  for (const { at, pointer } of waiting) {
    // glTF's nodes form a tree. One met twice may be a circle, which a loader would follow for ever.
    if (seen.has(at)) throw notAScene(name, say`has a part that is inside itself or in two places, at ${pointer}`);
    seen.add(at);
    const node = gltf.nodes[at];
    if (!node) throw notAScene(name, say`refers to a part that is not there, at ${pointer}`);
    const mesh = node.mesh === undefined ? undefined : perMesh[node.mesh];
    const copies = mesh ? instances(gltf, node.extensions) : 0;
    total.primitives += (mesh?.primitives ?? 0) * copies;
    total.draws += mesh?.draws ?? 0;
    node.children.forEach((child, k) => waiting.push({ at: child, pointer: `/nodes/${at}/children/${k}` }));
  }
  return total;
}

/** Copies drawn by EXT_mesh_gpu_instancing: as many as its attributes have entries. */
function instances(gltf: Gltf, extensions: Record<string, unknown> | undefined): number {
  const instancing = extensions?.['EXT_mesh_gpu_instancing'] as { attributes?: Record<string, unknown> } | undefined;
  if (!instancing?.attributes) return 1;
  const counts = Object.values(instancing.attributes).map((i) => gltf.accessors[Number(i)]?.count ?? 0);
  return Math.max(1, ...counts);
}
