// SPDX-License-Identifier: Apache-2.0
import { BoxGeometry, Group, Mesh, Scene } from 'three';
import { expect, it } from 'vitest';
import { ALL_OBJECTS } from '../../contract';
import type { LoadedScene } from '../load/load';
import { SceneObjects } from '../load/objects';
import { ObjectSelection } from './object-selection';

const box = (name: string, x: number): Mesh => {
  const mesh = new Mesh(new BoxGeometry(2, 2, 2));
  mesh.name = name;
  mesh.position.x = x;
  return mesh;
};

function scene(): LoadedScene {
  const root = new Group().add(box('left', -5), box('right', 5));
  root.updateMatrixWorld(true);
  return { root, parts: new SceneObjects(root), bounds: SceneObjects.bounds(root)! } as unknown as LoadedScene;
}

it('keeps what is shown and chosen from one scene to the next, and bounds what is shown', () => {
  const overlay = new Scene();
  const selection = new ObjectSelection(overlay);
  expect(selection.bounds).toBeNull();
  selection.setScene(scene());
  expect(selection.bounds).toEqual({ min: [-6, -1, -1], max: [6, 1, 1] });
  const left = { path: '0.0', name: 'left' };
  selection.show({ ...ALL_OBJECTS, hidden: [left] });
  expect(selection.bounds).toEqual({ min: [4, -1, -1], max: [6, 1, 1] });
  selection.setScene(scene());
  expect(selection.bounds).toEqual({ min: [4, -1, -1], max: [6, 1, 1] });
  selection.choose({ path: '0.1', name: 'right' });
  expect(overlay.children).toHaveLength(1);
  selection.choose({ path: '0.1', name: 'of another file' });
  expect(overlay.children).toHaveLength(0);
  expect(selection.boundsOf(left)).toBeNull();
});
