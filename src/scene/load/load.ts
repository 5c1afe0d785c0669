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

/** A scene ready to be shown. */
export interface LoadedScene {
  root: Object3D;
  bounds: Bounds;
  parts: SceneObjects;
  facts: SceneFacts;
  /** Of a folder of posed photographs; else none. */
  photographs: readonly Photograph[];
}

export interface SceneFacts {
  triangles: number;
  /** Of clouds that are shown; `pointsInFile` where only some of them are. */
  points: number;
  pointsInFile: number;
  splats: number;
  vertices: number;
  /** The box round all of it. */
  bounds: Bounds;
  /** Things drawn: meshes, lines, clouds of points. */
  objects: number;
  materials: number;
  textures: number;
  /** Lamps the file brings; they are lit only where the user asks for them. */
  lights: number;
  /** Estimated bytes of vertices and textures as they lie on the graphics card. */
  memory: number;
  /** What of the file was left out or assumed. */
  notes: readonly Sentence[];
  /** Files the scene names and that were not opened with it, as it writes them. */
  missing: string[];
  /** A place to stand in, not a thing to walk round. */
  room: boolean;
  /** The file's format by its usual extension. */
  format: string;
  /** Which of the file's axes is shown as up, and which it means to be up. */
  up: UpAxis;
  ownUp: UpAxis;
  /** Where in the file coordinates are counted from; the file's own origin, unless they are too large for 32 bits. */
  origin: Vec3;
  /** From the file's own axes and origin to the scene as it is shown, row-major 4x4; without it, they are the same. */
  fileToScene: number[] | undefined;
}

export interface LoadOptions {
  /** Shows this axis as up instead of the one the file means. */
  up?: UpAxis | undefined;
  /** Counts coordinates from here, as those of a scene beside it are. */
  origin?: Vec3 | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Reads a scene of any format. Whatever a file declares is held against what it has, and against a budget. */
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
  // What no reader could count from elsewhere is moved there.
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
  /** Null where all there are are shown. */
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
  // A few stray points far away would make a speck of the rest.
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

/** Where there is nothing but cameras, the box they stand in. */
function boxOf(photographs: readonly Photograph[]): Box3 {
  const box = new Box3().setFromPoints(
    photographs.flatMap(({ pose }) => [vector(posePosition(pose)), vector(pose.target)]),
  );
  return box.expandByScalar(0.1 * box.getSize(new Vector3()).length());
}

/** Every nth point of a cloud as it stands in the world: enough to know where most of them are. */
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

/** Points as large as the gaps between them, were they spread over the sides of their box: near it a surface closes. */
function sizePoints(cloud: Points, { min, max }: Bounds, count: number): void {
  const [x, y, z] = [max[0] - min[0], max[1] - min[1], max[2] - min[2]];
  const gap = Math.sqrt((2 * (x * y + y * z + z * x)) / Math.max(1, count));
  const diagonal = Math.hypot(x, y, z) || 1;
  const size = Math.min(Math.max(gap, diagonal / 1500), diagonal / 60);
  // The renderer takes the angle of view to be a right one.
  (cloud.material as PointsMaterial).size = 2.4 * size;
}

/** Frees what the scene holds on the graphics card and in memory. */
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
