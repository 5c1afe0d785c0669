// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import type { Source } from '../../../contract';
import { arranged, sharedNames } from './arranged';

const source = (name: string, kind: Source['kind'], bytes: number, folder = '/films'): Source => ({
  id: `${folder}/${name}`,
  kind,
  name,
  folder,
  bytes,
  present: true,
});
const sources = [
  source('Clip 10.mp4', 'video', 3),
  source('clip 2.mp4', 'video', 9),
  source('room.glb', 'scene', 5),
  source('Clip 10.mp4', 'photo', 1, '/holiday'),
];
const names = (filter: string, order: Parameters<typeof arranged>[2]) =>
  arranged(sources, filter, order, 'en').map(({ name, folder }) => `${folder}/${name}`);

it('orders files by name, kind and size, and filters by name and folder', () => {
  expect(names('', 'added')).toEqual(sources.map(({ id }) => id));
  expect(names('', 'name')).toEqual([
    ...['/films/clip 2.mp4', '/films/Clip 10.mp4', '/holiday/Clip 10.mp4', '/films/room.glb'],
  ]);
  expect(names('', 'kind')).toEqual([
    ...['/holiday/Clip 10.mp4', '/films/room.glb', '/films/clip 2.mp4', '/films/Clip 10.mp4'],
  ]);
  expect(names('CLIP', 'size')).toEqual(['/films/clip 2.mp4', '/films/Clip 10.mp4', '/holiday/Clip 10.mp4']);
  expect(names('holi', 'added')).toEqual(['/holiday/Clip 10.mp4']);
  expect([...sharedNames(sources)]).toEqual(['Clip 10.mp4']);
});
