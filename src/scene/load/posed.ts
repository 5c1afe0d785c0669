// SPDX-License-Identifier: Apache-2.0
import { Group, type Object3D } from 'three';
import {
  column,
  fitLens,
  isPlace,
  lensIntrinsics,
  readColmapFiles,
  readColmapPoints,
  readNerfstudioFile,
  readScanNetFiles,
  type Lens,
  type PosedPicture,
} from '../../camera';
import {
  baseName,
  extensionOf,
  say,
  ZoetropeError,
  type Sentence,
  type CameraPose,
  type Intrinsics,
  type UpAxis,
  type Vec3,
} from '../../contract';
import { checkJson, pictureSize } from '../validate';
import type { SceneFiles } from '../files/scene-files';
import { cloudObject } from '../formats/points';
import { originFor } from '../formats/recentre';
import { readBeside } from '../formats/read-beside';
import { decodeText } from '../formats/text';
import { tooMuch } from '../files/refusals';
import { deserialize } from '../formats/deserialize';
import { poseMatrix } from '../pose';
import { turnUp } from './up';

/** A photograph and the camera that took it, in the coordinates of the scene as shown. */
export interface Photograph {
  /** The photograph's name in the scene's files. */
  name: string;
  pose: CameraPose;
  lens: Lens;
  read: () => Promise<Uint8Array<ArrayBuffer>>;
}

export interface PosedScene {
  root: Object3D;
  ownUp: UpAxis;
  photographs: Photograph[];
  notes: Sentence[];
  /** The point that coordinates are relative to: near the first camera if they are large. */
  from: Vec3;
}

interface Found {
  pictures: PosedPicture[];
  ownUp: UpAxis;
  /** The points that the poses were estimated with, or a mesh of the place, if there is one. */
  content: Object3D | null;
  /** Number of photographs whose pose is marked as unknown in the file. */
  lost?: number;
  from: Vec3;
}

/** As many as the number of files allowed in a folder. */
const MOST_CAMERAS = 20_000;

const PICTURES = ['png', 'jpg', 'jpeg', 'webp', 'avif'];

/**
 * Loads a folder of posed photographs: COLMAP, nerfstudio or Blender, ScanNet. Photographs that are not there are
 * recorded as missing.
 * @throws poses-unreadable, scene-incomplete
 */
export async function loadPosed(
  bytes: Uint8Array<ArrayBuffer>,
  files: SceneFiles,
  { origin, signal }: { origin?: Vec3 | undefined; signal?: AbortSignal | undefined } = {},
): Promise<PosedScene> {
  const name = baseName(files.main).toLowerCase();
  const {
    pictures,
    ownUp,
    content,
    lost = 0,
    from,
  } = name.endsWith('.json')
    ? await transforms(bytes, files, origin, signal)
    : name.startsWith('cameras.')
      ? await colmap(bytes, files, origin)
      : await scanNet(bytes, files, origin, signal);
  if (pictures.length > MOST_CAMERAS) throw tooMuch(files.title, say`has ${pictures.length} cameras`);
  const photographs = pictures.flatMap(({ file, cameraToWorld: inFile, lens }): Photograph[] => {
    const cameraToWorld = inFile.map((n, k) => (k % 4 === 3 && k < 12 ? n - from[(k - 3) / 4]! : n));
    const found = findPicture(file, files);
    if (found === null) files.missing.add(file);
    return found === null || !lens
      ? []
      : [
          {
            name: found,
            lens,
            pose: { cameraToWorld, target: ahead(cameraToWorld, 1) },
            read: () => files.read(found),
          },
        ];
  });
  const panoramas = pictures.filter((one) => one.panorama).length;
  if (photographs.length === 0) {
    const message =
      panoramas > 0
        ? say`${files.title} holds equirectangular photographs (panoramas), which are not shown with their cameras.`
        : pictures.length === 0
          ? say`${files.title} holds no camera poses.`
          : say`None of the ${pictures.length} photographs of ${files.title} was found.`;
    throw new ZoetropeError(
      'scene-incomplete',
      message,
      say`Open the folder that holds both the poses and the photographs.`,
      [...files.missing].slice(0, 20).join('\n'),
    );
  }
  const distorted = photographs.filter(({ lens }) => lens.distorted).length;
  const notes = [
    ...(distorted > 0 ? [say`Photographs whose lens bends straight lines, shown as they are: ${distorted}.`] : []),
    ...(panoramas > 0 ? [say`Equirectangular photographs (panoramas), left out: ${panoramas}.`] : []),
    ...(lost > 0 ? [say`Photographs whose place is not known, left out: ${lost}.`] : []),
  ];
  return { root: new Group().add(...(content ? [content] : [])), ownUp, photographs, notes, from };
}

/** Turns the cameras together with the scene. The target of each is `reach` ahead of it. */
export function turnCameras(photographs: readonly Photograph[], up: UpAxis, reach: number): Photograph[] {
  const turn = new Group();
  turn.quaternion.copy(turnUp(up));
  turn.updateMatrix();
  return photographs.map((one) => {
    const cameraToWorld = turn.matrix.clone().multiply(poseMatrix(one.pose)).transpose().toArray();
    return { ...one, pose: { cameraToWorld, target: ahead(cameraToWorld, reach) } };
  });
}

/**
 * Intrinsics for a view from this camera: the field of view of the real lens, and the photograph's width and height.
 */
export function photographIntrinsics(
  { lens }: Photograph,
  width: number,
  height: number,
): Pick<Intrinsics, 'fovY' | 'width' | 'height'> {
  return lensIntrinsics(fitLens(lens, width, height));
}

const ahead = (m: readonly number[], by: number): Vec3 => [
  m[3]! - by * m[2]!,
  m[7]! - by * m[6]!,
  m[11]! - by * m[10]!,
];

/** The origin for the cameras and all that belongs to them, so that they share their coordinates. */
const originOf = ([first]: readonly PosedPicture[]): Vec3 =>
  originFor(first ? column(first.cameraToWorld, 3) : [0, 0, 0]);

async function transforms(bytes: Uint8Array, files: SceneFiles, origin?: Vec3, signal?: AbortSignal): Promise<Found> {
  checkJson(bytes, files.title);
  const pictures = readNerfstudioFile(new TextDecoder().decode(bytes), baseName(files.main));
  const from = origin ?? originOf(pictures);
  const content = await plyBeside(files, /(^|\/)(sparse_pc|points3d|point_cloud)\.ply$/i, from, signal);
  return { pictures, ownUp: 'z', content, from };
}

async function colmap(bytes: Uint8Array<ArrayBuffer>, files: SceneFiles, origin?: Vec3): Promise<Found> {
  const suffix = extensionOf(files.main);
  const open = (data: Uint8Array): string | Uint8Array => (suffix === 'txt' ? decodeText(data, files.title) : data);
  const images = await files.find(`images.${suffix}`);
  if (!images)
    throw new ZoetropeError(
      'scene-incomplete',
      say`${files.title} has no images.${suffix} beside ${baseName(files.main)}.`,
      say`Open the folder with the whole COLMAP model.`,
    );
  const pictures = readColmapFiles({ cameras: open(bytes), images: open(images) });
  const points = files.names.some((name) => baseName(name) === `points3D.${suffix}`)
    ? await files.find(`points3D.${suffix}`)
    : null;
  const from = origin ?? originOf(pictures);
  const cloud = points ? readColmapPoints(open(points), from) : null;
  // If no point has a finite position, the photographs are still shown.
  const content = cloud && isSomewhere(cloud.positions) ? cloudObject(cloud, '-y', files.title) : null;
  return { pictures, ownUp: '-y', content, from };
}

function isSomewhere(positions: Float32Array): boolean {
  for (let at = 0; at < positions.length; at += 3)
    if (isPlace(positions[at]!, positions[at + 1], positions[at + 2])) return true;
  return false;
}

async function scanNet(bytes: Uint8Array, files: SceneFiles, origin?: Vec3, signal?: AbortSignal): Promise<Found> {
  const poses = files.names.filter((name) => /(^|\/)pose\/[^/]+\.txt$/i.test(name)).sort(byNumber);
  const found: { file: string; pose: string }[] = [];
  for (const name of poses) {
    const stem = baseName(name).replace(/\.pose\.txt$|\.txt$/i, '');
    found.push({ file: `color/${stem}`, pose: new TextDecoder().decode(await files.read(name)) });
  }
  let size: ReturnType<typeof pictureSize> = null;
  for (const { file } of found) {
    const name = size ? null : findPicture(file, files);
    if (name !== null) size = pictureSize(await files.read(name));
  }
  if (!size)
    throw new ZoetropeError(
      'scene-incomplete',
      say`${files.title} has poses but no colour pictures.`,
      say`Open the folder that holds color, pose and intrinsic.`,
    );
  const pictures = readScanNetFiles({ intrinsic: new TextDecoder().decode(bytes), ...size, poses: found });
  const from = origin ?? originOf(pictures);
  const content = await plyBeside(files, /_vh_clean(_2)?\.ply$/i, from, signal);
  return { pictures, ownUp: 'z', content, lost: poses.length - pictures.length, from };
}

async function plyBeside(
  files: SceneFiles,
  pattern: RegExp,
  origin: Vec3,
  signal?: AbortSignal,
): Promise<Object3D | null> {
  const name = files.names.find((one) => pattern.test(one));
  if (name === undefined) return null;
  const serialized = await readBeside(
    { format: 'ply', main: name, title: baseName(name), origin, bytes: await files.read(name) },
    files,
    { signal },
  );
  return (await deserialize(serialized, files, name)).root;
}

/**
 * Finds a photograph by the name in the pose file, which may lack its folder (COLMAP) or its extension (Blender). If
 * several files match, for example smaller copies, the one in a folder called images is used.
 */
function findPicture(file: string, files: SceneFiles): string | null {
  const plain = file
    .replaceAll('\\', '/')
    .replace(/^(?:\.?\/)+/, '')
    .toLowerCase();
  const ends = PICTURES.includes(extensionOf(file)) ? [''] : PICTURES.map((ending) => `.${ending}`);
  for (const end of ends) {
    const tail = `/${plain}${end}`;
    const alike = files.named(baseName(tail)).filter((name) => `/${name.toLowerCase()}`.endsWith(tail));
    const [best] = alike.sort(
      (x, y) =>
        Number(isOriginal(y)) - Number(isOriginal(x)) ||
        x.split('/').length - y.split('/').length ||
        x.localeCompare(y),
    );
    const name = best ?? files.resolve(`${file}${end}`);
    if (name !== null) return name;
  }
  return null;
}

const isOriginal = (name: string): boolean => /(^|\/)images\//i.test(name);
const byNumber = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });
