import type { Intrinsics } from '../contract';
import { fromPositionQuaternion, fromWorldToCameraCv, toPositionQuaternion, toWorldToCameraCv, type Matrix4 } from './pose';
import { toDegrees, toRadians } from './vector';

/** A picture's file name and the camera it was taken with: what files of poses hold. */
export interface PosedPicture {
  file: string;
  cameraToWorld: Matrix4;
  intrinsics: Pick<Intrinsics, 'fovY' | 'width' | 'height'>;
}

const focal = ({ fovY, height }: PosedPicture['intrinsics']): number => height / 2 / Math.tan(toRadians(fovY) / 2);
const fovOf = (focalLength: number, height: number): number => 2 * toDegrees(Math.atan(height / 2 / focalLength));

/** nerfstudio's transforms.json: camera to world in OpenGL axes, which are ours; every frame with its own lens. */
export function nerfstudioFile(pictures: readonly PosedPicture[]): string {
  const frames = pictures.map(({ file, cameraToWorld, intrinsics }) => ({
    file_path: file,
    fl_x: focal(intrinsics),
    fl_y: focal(intrinsics),
    cx: intrinsics.width / 2,
    cy: intrinsics.height / 2,
    w: intrinsics.width,
    h: intrinsics.height,
    transform_matrix: [0, 4, 8, 12].map((row) => cameraToWorld.slice(row, row + 4)),
  }));
  return `${JSON.stringify({ camera_model: 'OPENCV', frames }, null, 2)}\n`;
}

export function readNerfstudioFile(text: string): PosedPicture[] {
  const { frames } = JSON.parse(text) as { frames: { file_path: string; fl_y: number; w: number; h: number; transform_matrix: number[][] }[] };
  return frames.map(({ file_path, fl_y, w, h, transform_matrix }) => ({
    file: file_path,
    cameraToWorld: transform_matrix.flat(),
    intrinsics: { fovY: fovOf(fl_y, h), width: w, height: h },
  }));
}

/** COLMAP's text model: world to camera in OpenCV axes, quaternions with w first, no points. */
export function colmapFiles(pictures: readonly PosedPicture[]): { 'cameras.txt': string; 'images.txt': string; 'points3D.txt': string } {
  const lenses: string[] = [];
  const images = pictures.map(({ file, cameraToWorld, intrinsics }, k) => {
    const { width, height } = intrinsics;
    const lens = `PINHOLE ${width} ${height} ${focal(intrinsics)} ${focal(intrinsics)} ${width / 2} ${height / 2}`;
    if (!lenses.includes(lens)) lenses.push(lens);
    const { position, quaternion } = toPositionQuaternion(toWorldToCameraCv(cameraToWorld));
    const [x, y, z, w] = quaternion;
    // The empty line is the image's list of points.
    return `${[k + 1, w, x, y, z, ...position, lenses.indexOf(lens) + 1, file].join(' ')}\n\n`;
  });
  return {
    'cameras.txt': `# CAMERA_ID, MODEL, WIDTH, HEIGHT, PARAMS[]\n${lenses.map((lens, k) => `${k + 1} ${lens}\n`).join('')}`,
    'images.txt': `# IMAGE_ID, QW, QX, QY, QZ, TX, TY, TZ, CAMERA_ID, NAME, then a line of POINTS2D[]\n${images.join('')}`,
    'points3D.txt': '# POINT3D_ID, X, Y, Z, R, G, B, ERROR, TRACK[]\n',
  };
}

export function readColmapFiles(files: { 'cameras.txt': string; 'images.txt': string }): PosedPicture[] {
  const rows = (text: string): string[] => text.split('\n').filter((line) => !line.startsWith('#'));
  const lenses = new Map(
    rows(files['cameras.txt']).filter(Boolean).map((line) => {
      const [id, , width, height, fx] = line.split(' ');
      return [id, { width: Number(width), height: Number(height), fovY: fovOf(Number(fx), Number(height)) }];
    }),
  );
  return rows(files['images.txt']).flatMap((line, k) => {
    if (k % 2 === 1 || line === '') return [];
    const words = line.split(' ');
    const [w, x, y, z, tx, ty, tz] = words.slice(1, 8).map(Number) as [number, number, number, number, number, number, number];
    const lens = lenses.get(words[8]);
    if (!lens) throw new Error(`camera ${words[8]} is not in cameras.txt`);
    const worldToCamera = fromPositionQuaternion([tx, ty, tz], [x, y, z, w]);
    return [{ file: words.slice(9).join(' '), cameraToWorld: fromWorldToCameraCv(worldToCamera), intrinsics: lens }];
  });
}
