// SPDX-License-Identifier: Apache-2.0
import type { ObjectRef, ShownObjects } from '../../../contract';
import type { SceneObject } from '../../../scene';

/** One row of the object tree. */
export interface TreeRow {
  part: SceneObject;
  /** Counted from 1. */
  level: number;
  /** Its position among its siblings, counted from 1, and their number. */
  place: number;
  siblings: number;
  /** Null if it has no children. */
  open: boolean | null;
  /** Whether it is hidden, itself or through an ancestor. */
  hidden: boolean;
}

export interface TreeState {
  open: ReadonlySet<string>;
  /** Only objects whose name contains this are listed, with their ancestors. */
  search: string;
  parts: ShownObjects;
  nameOf: (object: SceneObject) => string;
}

/** The visible rows, from top to bottom. */
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

/** The paths of all ancestors, outermost first. */
export const pathsAbove = (path: string): string[] =>
  [...path.matchAll(/\./g)].map(({ index }) => path.slice(0, index));

/** Whether it is neither the only object shown, nor inside it, nor one of its ancestors. */
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

/** The shown objects after hiding an object, or showing it again. */
export function toggled(parts: ShownObjects, object: SceneObject): ShownObjects {
  const rest = parts.hidden.filter(({ path }) => path !== object.path);
  if (rest.length < parts.hidden.length) return { ...parts, hidden: rest };
  return { ...parts, hidden: [...parts.hidden, { path: object.path, name: object.name }] };
}

/** The shown objects after showing only this one, or all again if it was the only one. */
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
