// SPDX-License-Identifier: Apache-2.0
import { say } from '../../contract';
import { checkCount, checkDepth, checkDraws, tooMuch } from '../files/refusals';
import { allowanceFor, type Allowance } from '../files/allowance';
import { notAScene, type Glb } from './glb';
import type { Gltf } from './gltf';
import { pictureSize } from './picture-size';
import { textureEdge, type Stored, type TextureEdge } from './textures';

/** What a scene declares that it needs, added up before anything is allocated for it. */
export interface SceneCost {
  /** Bytes of vertices after decompression, including what three.js adds. */
  bytes: number;
  /** Triangles, lines and points drawn in one picture. */
  primitives: number;
  /** Draw calls in one picture. */
  draws: number;
  textures: TextureEdge;
}

const COMPONENT_BYTES: Record<number, number> = { 5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4 };
const COMPONENTS: Record<string, number> = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4, MAT2: 4, MAT3: 9, MAT4: 16 };
/** Bytes of an instance's or joint's matrix: in graphics memory, and again in main memory. */
const MATRIX_BYTES = 128;
/** Bytes of a morph target's vertex: four floats each for position, normal and colour. */
const TARGET_BYTES = 16;

/**
 * Adds up what a scene needs.
 * @throws scene-too-large if it needs more than its allowance; not-a-scene if its nodes form a cycle
 */
export function checkBudget(glb: Glb, name: string, allowance: Allowance = allowanceFor(0)): SceneCost {
  const { gltf } = glb;
  const drawn = drawnPrimitives(gltf, name);
  const bytes = storedBytes(gltf) + drawn.copies * MATRIX_BYTES;
  if (bytes > allowance.drawn) throw tooMuch(name, say`needs about ${gigabytes(bytes)} GB of memory`);
  checkCount(drawn.primitives, 'triangles', name, allowance.primitives);
  checkDraws(drawn.draws, name);
  return {
    bytes,
    primitives: drawn.primitives,
    draws: drawn.draws,
    textures: textureEdge(pictureSizes(glb), allowance, name),
  };
}

export const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);

function storedBytes(gltf: Gltf): number {
  let bytes = 0;
  for (const { count, type, componentType } of gltf.accessors) {
    bytes += count * (COMPONENTS[type] ?? 16) * (COMPONENT_BYTES[componentType] ?? 4);
  }
  for (const { extensions } of gltf.bufferViews) {
    const packed = extensions?.EXT_meshopt_compression ?? extensions?.KHR_meshopt_compression;
    if (packed) bytes += packed.count * packed.byteStride;
  }
  const count = (accessor: number | undefined): number => gltf.accessors[accessor ?? -1]?.count ?? 0;
  for (const { primitives } of gltf.meshes) {
    for (const { attributes, indices, mode, targets } of primitives) {
      const vertices = count(attributes['POSITION']);
      bytes += targets.reduce((sum, target) => sum + Object.keys(target).length, 0) * vertices * TARGET_BYTES;
      // The loader expands strips and fans to a list of three corners for each triangle.
      if (mode === 5 || mode === 6) bytes += 3 * (indices === undefined ? vertices : count(indices)) * 12;
    }
  }
  for (const { joints } of gltf.skins) bytes += joints.length * MATRIX_BYTES;
  return bytes;
}

/**
 * The pictures whose size is known; others are not decoded. A picture is in graphics memory once for each of its
 * samplers.
 */
function pictureSizes({ gltf, pictures }: Glb): Stored[] {
  const samplers = pictures.map(() => new Set<number | undefined>());
  for (const { source, sampler, extensions } of gltf.textures) {
    const others = Object.values(extensions ?? {}).map(
      (extension) => (extension as { source?: unknown } | null)?.source,
    );
    for (const at of [source, ...others]) if (typeof at === 'number') samplers[at]?.add(sampler);
  }
  return pictures.flatMap((picture, k) => {
    const size = picture && pictureSize(picture);
    return size ? [{ ...size, copies: samplers[k]!.size }] : [];
  });
}

/** Walks the scene graph as it will be drawn: one mesh may be used by many nodes. */
function drawnPrimitives(gltf: Gltf, name: string): { primitives: number; draws: number; copies: number } {
  const perMesh = gltf.meshes.map((mesh) => ({
    draws: mesh.primitives.length,
    primitives: mesh.primitives.reduce((sum, { indices, attributes, mode }) => {
      const points = gltf.accessors[indices ?? attributes['POSITION'] ?? -1]?.count ?? 0;
      return sum + (mode === 4 ? points / 3 : points);
    }, 0),
  }));
  const total = { primitives: 0, draws: 0, copies: 0 };
  const seen = new Set<number>();
  const scene = gltf.scene ?? 0;
  const waiting = (gltf.scenes[scene]?.nodes ?? []).map((at, k) => ({
    at,
    pointer: `/scenes/${scene}/nodes/${k}`,
    depth: 1,
  }));
  for (const { at, pointer, depth } of waiting) {
    // glTF's nodes form a tree. A node met twice may be part of a cycle, in which a loader would loop forever.
    if (seen.has(at)) throw notAScene(name, say`has an object inside itself or in two places, at ${pointer}`);
    checkDepth(depth, name);
    seen.add(at);
    const node = gltf.nodes[at];
    if (!node) throw notAScene(name, say`refers to something that is not there, at ${pointer}`);
    const mesh = node.mesh === undefined ? undefined : perMesh[node.mesh];
    const copies = mesh ? instances(gltf, node.extensions) : 0;
    total.primitives += (mesh?.primitives ?? 0) * Math.max(1, copies);
    total.draws += mesh?.draws ?? 0;
    total.copies += (mesh?.draws ?? 0) * copies;
    node.children.forEach((child, k) =>
      waiting.push({ at: child, pointer: `/nodes/${at}/children/${k}`, depth: depth + 1 }),
    );
  }
  return total;
}

/** Number of instances by EXT_mesh_gpu_instancing: as many as its attributes have entries; 0 if it is not used. */
function instances(gltf: Gltf, extensions: Record<string, unknown> | undefined): number {
  const instancing = extensions?.['EXT_mesh_gpu_instancing'] as { attributes?: Record<string, unknown> } | undefined;
  const counts = Object.values(instancing?.attributes ?? {}).map((i) => gltf.accessors[Number(i)]?.count ?? 0);
  return Math.max(0, ...counts);
}
