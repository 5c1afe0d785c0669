// SPDX-License-Identifier: Apache-2.0
import type { Intrinsics } from '../../contract';
import type { Lens } from '../lens';
import { toPositionQuaternion, toWorldToCameraCv, type Matrix4 } from '../pose';
import { toRadians } from '../vector';

/** A picture's file name and its camera, as pose files contain them. */
export interface PosedPicture {
  file: string;
  cameraToWorld: Matrix4;
  intrinsics: Pick<Intrinsics, 'fovY' | 'width' | 'height'>;
  /** The name of its depth file. */
  depth?: string | undefined;
  /** The real lens, if a file describes it. */
  lens?: Lens;
  /**
   * It is a full panorama (equirectangular): no lens applies, and `intrinsics` describe a square view straight ahead.
   */
  panorama?: boolean;
}

const focal = ({ fovY, height }: PosedPicture['intrinsics']): number => height / 2 / Math.tan(toRadians(fovY) / 2);

/** nerfstudio's transforms.json: camera to world in OpenGL axes, which are ours; every frame has its own lens. */
export function nerfstudioFile(pictures: readonly PosedPicture[]): string {
  const frames = pictures.map(({ file, depth, cameraToWorld, intrinsics }) => ({
    file_path: file,
    ...(depth !== undefined && { depth_file_path: depth }),
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

/** COLMAP's text model: world to camera in OpenCV axes, quaternions with w first, no points. */
export function colmapFiles(pictures: readonly PosedPicture[]): {
  'cameras.txt': string;
  'images.txt': string;
  'points3D.txt': string;
} {
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
