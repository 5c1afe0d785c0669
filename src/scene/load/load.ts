// SPDX-License-Identifier: Apache-2.0
import { Box3, Group, type Mesh, type Object3D, type Points, type PointsMaterial, Vector3 } from 'three';
import { boundsDiagonal, isUsableBounds, looksLikeRoom, posePosition, robustBounds, type Bounds } from '../../camera';
import { isPoseFile, say, throwIfCancelled, type Sentence, type UpAxis, type Vec3 } from '../../contract';
import { allowanceFor, emptyScene, notAScene } from '../validate';
import { checkCost, checkLayers, Counted } from './cost';
import type { SceneFiles } from '../files/scene-files';
import { readBeside } from '../formats/read-beside';
import { formatOf } from '../formats/format-of';
import type { Splats } from '../formats/splats';
import { originNotes } from '../formats/recentre';
import { deserialize } from '../formats/deserialize';
import { loadGltf } from './load-gltf';
import { SceneObjects } from './objects';
import { vec3, vector } from '../pose';
import { loadPosed, turnCameras, type Photograph } from './posed';
import { sampleTriangles } from './triangles';
import { fileToScene, turnUp } from './up';

/** A loaded scene, ready to be shown. */
export interface LoadedScene {
  root: Object3D;
  bounds: Bounds;
  parts: SceneObjects;
  facts: SceneFacts;
  /** The posed photographs, if the scene is a folder of them; else empty. */
  photographs: readonly Photograph[];
}

export interface SceneFacts {
  triangles: number;
  /** Points that are shown; `pointsInFile` is set if these are only some of them. */
  points: number;
  pointsInFile: number;
  splats: number;
  vertices: number;
  /** The bounding box of everything. */
  bounds: Bounds;
  /** Number of things drawn: meshes, lines, point clouds. */
  objects: number;
  materials: number;
  textures: number;
  /** Number of lamps in the file. They are lit only if the user asks for it. */
  lights: number;
  /** Estimated bytes of vertices and textures in graphics memory. */
  memory: number;
  /** Notes about what was left out or assumed. */
  notes: readonly Sentence[];
  /** Files that the scene refers to and that were not opened with it, as the scene writes their names. */
  missing: string[];
  /** Whether it is a place to stand in rather than a thing to walk around. */
  room: boolean;
  /** The format by its usual file extension. */
  format: string;
  /** The file's axis that is shown as up, and the one that the file itself defines as up. */
  up: UpAxis;
  ownUp: UpAxis;
  /**
   * The point in the file that coordinates are relative to: the file's origin, unless coordinates are too large for 32
   * bits.
   */
  origin: Vec3;
  /** From the file's own axes and origin to the scene as shown, row-major 4x4; undefined if they are the same. */
  fileToScene: number[] | undefined;
}

export interface LoadOptions {
  /** The axis to show as up instead of the file's own. */
  up?: UpAxis | undefined;
  /** The point to make coordinates relative to, so that two compared scenes use the same one. */
  origin?: Vec3 | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Reads a scene of any format. What the file declares is checked against its actual content and against a budget.
 * @throws the errors of the format's reader; scene-too-large, cancelled
 */
export async function loadScene(
  files: SceneFiles,
  { up, origin, signal, onProgress }: LoadOptions = {},
): Promise<LoadedScene> {
  const bytes = await files.readMain();
  const format = formatOf(files.main, bytes);
  if (isPoseFile(files.main)) {
    const { root, ownUp, photographs, notes, from } = await loadPosed(bytes, files, { origin, signal });
    return measure(root, files, 'poses', {
      notes,
      ownUp,
      up: up ?? ownUp,
      origin: from,
      pointsInFile: null,
      photographs,
    });
  }
  const read =
    format === 'glb' || format === 'gltf'
      ? { ...(await loadGltf(bytes, files, signal)), ownUp: 'y' as const, from: FILE_ORIGIN, pointsInFile: null }
      : await readOther();
  throwIfCancelled(signal);
  // If a reader could not make coordinates relative to `origin`, the whole scene is moved.
  const { root, from, ...rest } = read;
  root.position.add(vector(from)).sub(vector(origin ?? from));
  return measure(root, files, format, { ...rest, origin: origin ?? from, up: up ?? rest.ownUp, photographs: [] });

  async function readOther() {
    const serialized = await readBeside({ format, main: files.main, title: files.title, bytes, origin }, files, {
      signal,
      onProgress,
    });
    const { root, notes } = await deserialize(serialized, files, files.title);
    return {
      root,
      notes: [...serialized.notes, ...notes],
      ownUp: serialized.up,
      from: serialized.origin,
      pointsInFile: serialized.pointsInFile,
    };
  }
}

const FILE_ORIGIN: Vec3 = [0, 0, 0];

interface Read {
  notes: readonly Sentence[];
  ownUp: UpAxis;
  up: UpAxis;
  origin: Vec3;
  /** Null if all points are shown. */
  pointsInFile: number | null;
  photographs: readonly Photograph[];
}

function measure(
  content: Object3D,
  files: SceneFiles,
  format: string,
  { notes, ownUp, up, origin, pointsInFile, photographs }: Read,
): LoadedScene {
  const { title } = files;
  const root = new Group().add(content);
  root.quaternion.copy(turnUp(up));
  root.updateMatrixWorld(true);
  const count = new Counted();
  content.traverse((object) => count.add(object));
  checkCost(count, title, allowanceFor(files.weight));
  if (count.objects === 0 && photographs.length === 0) throw emptyScene(title);
  const box =
    count.objects > 0
      ? new Box3().setFromObject(root, count.triangles < 2_000_000)
      : boxOf(turnCameras(photographs, up, 1));
  const whole = { min: vec3(box.min), max: vec3(box.max) };
  if (!isUsableBounds(whole)) throw notAScene(title, say`has no valid positions`, JSON.stringify(whole));
  const cloud = count.clouds[0];
  // The bounds ignore a few stray points far away, which would make the rest look tiny.
  const bounds = cloud && count.triangles === 0 ? robustBounds(whole, worldPoints(cloud)) : whole;
  if (cloud) for (const one of count.clouds) sizePoints(one, bounds, count.points);
  const sample = sampleTriangles(root, count.triangles);
  checkLayers(sample, boundsDiagonal(whole), title);
  const { triangles, points, splats, vertices, objects, lights, memory } = count;
  const facts: SceneFacts = {
    triangles,
    points,
    pointsInFile: pointsInFile ?? points,
    splats,
    vertices,
    bounds,
    objects,
    materials: count.materials.size,
    textures: count.textures,
    lights,
    memory,
    notes: [...originNotes(origin), ...notes],
    missing: [...files.missing],
    room: looksLikeRoom(bounds, sample.corners, sample.weight),
    format,
    up,
    ownUp,
    origin,
    fileToScene: fileToScene(up, origin),
  };
  return {
    root,
    bounds,
    parts: new SceneObjects(content),
    facts,
    photographs: turnCameras(photographs, up, boundsDiagonal(bounds) / 2),
  };
}

/** The bounds of a scene that consists of cameras only: the box around them. */
function boxOf(photographs: readonly Photograph[]): Box3 {
  const box = new Box3().setFromPoints(
    photographs.flatMap(({ pose }) => [vector(posePosition(pose)), vector(pose.target)]),
  );
  return box.expandByScalar(0.1 * box.getSize(new Vector3()).length());
}

/** A sample of a cloud's points in world space: enough to know where most of them are. */
function worldPoints(cloud: Points): Float32Array {
  const position = cloud.geometry.getAttribute('position');
  const step = Math.max(1, Math.ceil(position.count / 50_000));
  const found = new Float32Array(Math.ceil(position.count / step) * 3);
  const { elements: m } = cloud.matrixWorld;
  for (let k = 0, at = 0; k < position.count; k += step, at += 3) {
    const [x, y, z] = [position.getX(k), position.getY(k), position.getZ(k)];
    for (let row = 0; row < 3; row++) found[at + row] = m[row]! * x + m[4 + row]! * y + m[8 + row]! * z + m[12 + row]!;
  }
  return found;
}

/**
 * Sets the point size to the mean gap between points, as if they covered the faces of their box, so that surfaces look
 * closed from near.
 */
function sizePoints(cloud: Points, { min, max }: Bounds, count: number): void {
  const [x, y, z] = [max[0] - min[0], max[1] - min[1], max[2] - min[2]];
  const gap = Math.sqrt((2 * (x * y + y * z + z * x)) / Math.max(1, count));
  const diagonal = Math.hypot(x, y, z) || 1;
  const size = Math.min(Math.max(gap, diagonal / 1500), diagonal / 60);
  // three scales points as for a field of view of 90 degrees.
  (cloud.material as PointsMaterial).size = 2.4 * size;
}

/** Frees the scene's graphics memory and other resources. */
export function disposeScene(root: Object3D): void {
  root.traverse((object) => {
    if ((object as { isSplats?: boolean }).isSplats) (object as Splats).dispose();
    const { geometry, material } = object as Partial<Mesh>;
    geometry?.dispose();
    for (const one of material === undefined ? [] : [material].flat()) {
      for (const value of Object.values(one) as unknown[]) {
        const texture = value as { isTexture?: boolean; dispose(): void; image?: unknown } | null;
        if (!texture?.isTexture) continue;
        texture.dispose();
        if (texture.image instanceof ImageBitmap) texture.image.close();
      }
      one.dispose();
    }
  });
}
