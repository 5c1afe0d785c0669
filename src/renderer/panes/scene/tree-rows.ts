// SPDX-License-Identifier: Apache-2.0
import type { ObjectRef, ShownObjects } from '../../../contract';
import type { SceneObject } from '../../../scene';

/** One line of the tree of objects. */
export interface TreeRow {
  part: SceneObject;
  /** From 1. */
  level: number;
  /** Its place among its siblings, from 1, and how many they are. */
  place: number;
  siblings: number;
  /** Null where there is nothing in it. */
  open: boolean | null;
  /** It is not shown, itself or because what it belongs to is not. */
  hidden: boolean;
}

export interface TreeState {
  open: ReadonlySet<string>;
  /** Only what has this in its name, and what it belongs to. */
  search: string;
  parts: ShownObjects;
  nameOf: (object: SceneObject) => string;
}

/** The lines that are there to be seen, from the top. */
export function treeRows(tree: readonly SceneObject[], { open, search, parts, nameOf }: TreeState): TreeRow[] {
  const rows: TreeRow[] = [];
  const wanted = search.trim().toLowerCase();
  const hiddenPaths = new Set(parts.hidden.map(({ path }) => path));
  const found = wanted === '' ? null : matches(tree, wanted, nameOf);
  const add = (list: readonly SceneObject[], level: number, under: boolean): void => {
    const shown = found ? list.filter(({ path }) => found.has(path)) : list;
    shown.forEach((object, k) => {
      const hidden = under || hiddenPaths.has(object.path) || outside(object, parts.only);
      const inside = object.children.length > 0;
      const isOpen = inside && (found !== null || open.has(object.path));
      rows.push({ part: object, level, place: k + 1, siblings: shown.length, open: inside ? isOpen : null, hidden });
      if (isOpen) add(object.children, level + 1, under || hiddenPaths.has(object.path));
    });
  };
  add(tree, 1, false);
  return rows;
}

/** All that an object belongs to, from the outermost. */
export const pathsAbove = (path: string): string[] =>
  [...path.matchAll(/\./g)].map(({ index }) => path.slice(0, index));

/** Neither the object alone shown, nor in it, nor round it. */
const outside = ({ path }: SceneObject, only: ObjectRef | null): boolean =>
  only !== null && !within(path, only.path) && !within(only.path, path);
const within = (inner: string, outer: string): boolean => inner === outer || inner.startsWith(`${outer}.`);

function matches(
  tree: readonly SceneObject[],
  wanted: string,
  nameOf: (object: SceneObject) => string,
): ReadonlySet<string> {
  const found = new Set<string>();
  const look = (object: SceneObject): boolean => {
    const inside = object.children.map(look).includes(true);
    const here = inside || nameOf(object).toLowerCase().includes(wanted);
    if (here) found.add(object.path);
    return here;
  };
  tree.forEach(look);
  return found;
}

/** The objects shown, with one hidden or shown again. */
export function toggled(parts: ShownObjects, object: SceneObject): ShownObjects {
  const rest = parts.hidden.filter(({ path }) => path !== object.path);
  if (rest.length < parts.hidden.length) return { ...parts, hidden: rest };
  return { ...parts, hidden: [...parts.hidden, { path: object.path, name: object.name }] };
}

/** One object alone; all again if it was alone already. */
export function isolated(parts: ShownObjects, object: SceneObject): ShownObjects {
  const again = parts.only?.path === object.path;
  return { ...parts, only: again ? null : { path: object.path, name: object.name } };
}

export function findObject(tree: readonly SceneObject[], path: string): SceneObject | null {
  for (const object of tree) {
    if (object.path === path) return object;
    if (within(path, object.path)) return findObject(object.children, path);
  }
  return null;
}
