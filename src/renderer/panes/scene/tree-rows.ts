import type { PartRef, ShownParts } from '../../../contract';
import type { ScenePart } from '../../../scene';

/** One line of the tree of parts. */
export interface TreeRow {
  part: ScenePart;
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
  parts: ShownParts;
  nameOf: (part: ScenePart) => string;
}

/** The lines that are there to be seen, from the top. */
export function treeRows(tree: readonly ScenePart[], { open, search, parts, nameOf }: TreeState): TreeRow[] {
  const rows: TreeRow[] = [];
  const wanted = search.trim().toLowerCase();
  const hiddenPaths = new Set(parts.hidden.map(({ path }) => path));
  const found = wanted === '' ? null : matches(tree, wanted, nameOf);
  const add = (list: readonly ScenePart[], level: number, under: boolean): void => {
    const shown = found ? list.filter(({ path }) => found.has(path)) : list;
    shown.forEach((part, k) => {
      const hidden = under || hiddenPaths.has(part.path) || outside(part, parts.only);
      const inside = part.children.length > 0;
      const isOpen = inside && (found !== null || open.has(part.path));
      rows.push({ part, level, place: k + 1, siblings: shown.length, open: inside ? isOpen : null, hidden });
      if (isOpen) add(part.children, level + 1, under || hiddenPaths.has(part.path));
    });
  };
  add(tree, 1, false);
  return rows;
}

/** All that a part belongs to, from the outermost. */
export const pathsAbove = (path: string): string[] =>
  [...path.matchAll(/\./g)].map(({ index }) => path.slice(0, index));

/** Neither the part alone shown, nor in it, nor round it. */
const outside = ({ path }: ScenePart, only: PartRef | null): boolean =>
  only !== null && !within(path, only.path) && !within(only.path, path);
const within = (inner: string, outer: string): boolean => inner === outer || inner.startsWith(`${outer}.`);

function matches(tree: readonly ScenePart[], wanted: string, nameOf: (part: ScenePart) => string): ReadonlySet<string> {
  const found = new Set<string>();
  const look = (part: ScenePart): boolean => {
    const inside = part.children.map(look).includes(true);
    const here = inside || nameOf(part).toLowerCase().includes(wanted);
    if (here) found.add(part.path);
    return here;
  };
  tree.forEach(look);
  return found;
}

/** The parts shown, with one hidden or shown again. */
export function toggled(parts: ShownParts, part: ScenePart): ShownParts {
  const rest = parts.hidden.filter(({ path }) => path !== part.path);
  if (rest.length < parts.hidden.length) return { ...parts, hidden: rest };
  return { ...parts, hidden: [...parts.hidden, { path: part.path, name: part.name }] };
}

/** One part alone; all again if it was alone already. */
export function isolated(parts: ShownParts, part: ScenePart): ShownParts {
  const again = parts.only?.path === part.path;
  return { ...parts, only: again ? null : { path: part.path, name: part.name } };
}

export function findPart(tree: readonly ScenePart[], path: string): ScenePart | null {
  for (const part of tree) {
    if (part.path === path) return part;
    if (within(path, part.path)) return findPart(part.children, path);
  }
  return null;
}
