// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CaptureJob } from '../contract';
import { readPoses } from './pose-files';

it('pictures larger than can be drawn are made smaller, in proportion', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'zoetrope-poses-'));
  try {
    const file = join(folder, 'transforms.json');
    const identity = [
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ];
    const sizeOf = async (w: number, h: number, height?: number): Promise<number[]> => {
      const lens = { w, h, fl_x: w, fl_y: w, cx: w / 2, cy: h / 2 };
      await writeFile(file, JSON.stringify({ ...lens, frames: [{ file_path: 'a.png', transform_matrix: identity }] }));
      const cameras = await readPoses(file, height);
      CaptureJob.parse({ source: 'scene', strategy: 'file', count: 1, size: 768, seed: 0, cameras }); // what the window takes
      return cameras.flatMap((camera) => [camera.width, camera.height]);
    };
    expect(await sizeOf(640, 480)).toEqual([640, 480]);
    expect(await sizeOf(640, 480, 240)).toEqual([320, 240]);
    expect(await sizeOf(11648, 8736)).toEqual([8192, 6144]);
    expect(await sizeOf(20000, 1000, 4096)).toEqual([8192, 410]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
