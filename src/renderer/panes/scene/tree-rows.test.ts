// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { BoxGeometry, Group, Mesh, MeshBasicMaterial, type Object3D } from 'three';
import { describe, expect, it } from 'vitest';
import { ALL_OBJECTS, type ShownObjects } from '../../../contract';
import { findObject, isolated, pathsAbove, toggled, treeRows } from './tree-rows';
import { SceneObjects, type SceneObject } from '../../../scene';

const box = new BoxGeometry();
const paint = new MeshBasicMaterial();

/** A scene as nested lists: a number is a mesh of that name, a list is a group. */
type Plan = number | Plan[];
function build(plan: Plan): Object3D {
  if (typeof plan === 'number') return Object.assign(new Mesh(box, paint), { name: String(plan) });
  return plan.reduce<Group>((group, inside) => group.add(build(inside)), new Group());
}
const plans = fc.letrec<{ plan: Plan }>((tie) => ({
  plan: fc.oneof({ maxDepth: 4 }, fc.nat(9), fc.array(tie('plan'), { maxLength: 4 })),
})).plan;
const scene = (plan: Plan) => {
  const content = build(plan);
  new Group().add(content);
  return { content, parts: new SceneObjects(content) };
};
const all = (tree: readonly SceneObject[]): SceneObject[] =>
  tree.flatMap((object) => [object, ...all(object.children)]);
const visible = (content: Object3D): Set<Object3D> => {
  const found = new Set<Object3D>();
  content.traverseVisible((object) => void ((object as Mesh).isMesh && found.add(object)));
  return found;
};
const nameOf = ({ name }: SceneObject): string => name;
const rows = (tree: readonly SceneObject[], shown: ShownObjects, search = '') =>
  treeRows(tree, { open: new Set(all(tree).map(({ path }) => path)), search, parts: shown, nameOf });

describe('the parts of a scene', () => {
  it('are those that draw something, and what holds them', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const { content, parts } = scene(plan);
        const meshes = all(parts.tree).filter(({ kind }) => kind === 'mesh');
        expect(new Set(meshes.map((object) => parts.find(object)))).toEqual(visible(content));
        for (const object of all(parts.tree)) {
          expect(object.triangles).toBeGreaterThan(0);
          expect(findObject(parts.tree, object.path)).toBe(object);
          expect(parts.pathOf(parts.find(object)!)).toBe(object.path);
        }
      }),
    );
  });

  it('are hidden, shown alone and shown again; the tree says what the picture shows', () => {
    fc.assert(
      fc.property(plans, fc.array(fc.nat(), { maxLength: 4 }), fc.option(fc.nat()), (plan, hide, alone) => {
        const { content, parts } = scene(plan);
        const every = all(parts.tree);
        fc.pre(every.length > 0);
        const before = visible(content);
        let shown: ShownObjects = ALL_OBJECTS;
        for (const k of hide) shown = toggled(shown, every[k % every.length]!);
        if (alone !== null) shown = isolated(shown, every[alone % every.length]!);
        parts.show(shown);
        const listed = rows(parts.tree, shown).filter(({ part: object, hidden }) => object.kind === 'mesh' && !hidden);
        expect(new Set(listed.map(({ part: object }) => parts.find(object)))).toEqual(visible(content));
        if (alone !== null) expect(isolated(shown, every[alone % every.length]!).only).toBeNull();
        parts.show(ALL_OBJECTS);
        expect(visible(content)).toEqual(before);
      }),
    );
  });

  it('of another file, under other names, are left alone', () => {
    const { content, parts } = scene([1, 2]);
    parts.show({ hidden: [{ path: parts.tree[0]!.path, name: 'something else' }], only: { path: '0.7.7', name: '' } });
    expect(visible(content).size).toBe(2);
  });

  it('keep what the file itself does not show', () => {
    const { content, parts } = scene([1, 2]);
    const [first] = parts.tree;
    parts.find(first!)!.visible = false;
    parts.show(toggled(ALL_OBJECTS, first!));
    parts.show(ALL_OBJECTS);
    expect(visible(content).size).toBe(1);
  });
});

describe('the lines of the tree', () => {
  const { parts } = scene([[1, [2, 3]], 4]);

  it('are those that are opened, each with its level and place', () => {
    const closed = treeRows(parts.tree, { open: new Set(), search: '', parts: ALL_OBJECTS, nameOf });
    expect(closed.map(({ level, place, siblings, open }) => [level, place, siblings, open])).toEqual([
      [1, 1, 2, false],
      [1, 2, 2, null],
    ]);
    expect(rows(parts.tree, ALL_OBJECTS).map(({ part: object, level }) => [object.name, level])).toEqual([
      ['', 1],
      ['1', 2],
      ['', 2],
      ['2', 3],
      ['3', 3],
      ['4', 1],
    ]);
  });

  it('of a search are the found parts and what they belong to', () => {
    expect(rows(parts.tree, ALL_OBJECTS, ' 3 ').map(({ part: object, siblings }) => [object.name, siblings])).toEqual([
      ['', 1],
      ['', 1],
      ['3', 1],
    ]);
    expect(rows(parts.tree, ALL_OBJECTS, 'x')).toEqual([]);
  });

  it('know what they belong to', () => expect(pathsAbove('0.1.12')).toEqual(['0', '0.1']));
});
