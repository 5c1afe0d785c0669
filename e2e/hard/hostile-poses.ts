// SPDX-License-Identifier: Apache-2.0
/** Folders of posed photographs with extreme poses, points and lenses. */

import { png } from './picture-bytes';
import { folderOf, u32, f64, times, type HostileScene } from './scene-files';

const colmap = (
  images: string,
  points = '1 0 0 0 255 0 0 0.1\n',
  picture: Uint8Array = png(64, 48),
): Record<string, string | Uint8Array> => ({
  'images/a.png': picture,
  'sparse/0/cameras.txt': '1 PINHOLE 64 48 30 30 32 24\n',
  'sparse/0/images.txt': images,
  'sparse/0/points3D.txt': points,
});

const frame = '{"file_path":"a.png","transform_matrix":[[1,0,0,0],[0,1,0,0],[0,0,1,3],[0,0,0,1]]}';

export const HOSTILE_POSES: readonly HostileScene[] = [
  folderOf('poses-infinite', () => colmap('1 1 0 0 0 inf 0 2 1 a.png\n\n')),
  folderOf('poses-far', () => colmap('1 1 0 0 0 1e308 1e308 2 1 a.png\n\n')),
  folderOf('points-infinite', () =>
    colmap('1 1 0 0 0 0 0 2 1 a.png\n\n', times(200, (k) => `${k} 1e308 ${k} -1e308 255 0 0 0.1\n`).join('')),
  ),
  folderOf('poses-binary-infinite', () => ({
    'images/a.png': png(64, 48),
    'sparse/0/cameras.bin': Buffer.concat([u32(1, 0, 1, 1, 64, 0, 48, 0), f64(30, 30, 32, 24)]),
    'sparse/0/images.bin': Buffer.concat([
      u32(1, 0, 1),
      f64(1, 0, 0, 0, Infinity, NaN, 2),
      u32(1),
      Buffer.from('a.png\0'),
      Buffer.alloc(8),
    ]),
    'sparse/0/points3D.bin': Buffer.concat([
      u32(1, 0, 1, 0),
      f64(Infinity, NaN, 1e308),
      Buffer.from([1, 2, 3]),
      f64(0),
      Buffer.alloc(8),
    ]),
  })),
  folderOf('lens-infinite', () => ({
    ...colmap('1 1 0 0 0 0 0 2 1 a.png\n\n'),
    'sparse/0/cameras.txt': '1 PINHOLE 64 48 1e-300 1e-300 32 24\n',
  })),
  folderOf('transforms-far', () => ({
    'transforms.json': `{"camera_angle_x":0.8,"frames":[${frame.replace(',3]', ',1e300]')}]}`,
    'a.png': png(64, 48),
  })),
  folderOf('transforms-many', () => ({
    'transforms.json': `{"camera_angle_x":0.8,"frames":[${times(300_000, () => frame).join()}]}`,
    'a.png': png(64, 48),
    ...Object.fromEntries(times(2000, (k) => [`images/${k}.png`, new Uint8Array()])),
  })),
  folderOf('transforms-deep', () => ({
    'transforms.json': `{"camera_angle_x":0.8,"x":${'['.repeat(10_000_000)}`,
    'a.png': png(64, 48),
  })),
  folderOf('photograph', () => colmap('1 1 0 0 0 0 0 2 1 a.png\n\n', undefined, png(14_000, 14_000))),
];
