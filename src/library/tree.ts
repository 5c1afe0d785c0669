// SPDX-License-Identifier: Apache-2.0
import type { Versions } from '../contract';

/** A message in the tree of its conversation: `parent` is the message before it, null for a first question. */
export interface TurnRow {
  id: string;
  parent: string | null;
}

/** For each message, those that follow it, in the order of the turns. A lost parent counts as none. */
function childrenOf(turns: readonly TurnRow[]): Map<string | null, TurnRow[]> {
  const known = new Set(turns.map(({ id }) => id));
  const children = new Map<string | null, TurnRow[]>();
  for (const turn of turns) {
    const parent = turn.parent !== null && known.has(turn.parent) ? turn.parent : null;
    const siblings = children.get(parent);
    if (siblings) siblings.push(turn);
    else children.set(parent, [turn]);
  }
  return children;
}

/** The versions of a message in the order in which they were written, itself among them. */
export const siblingsOf = (turns: readonly TurnRow[], message: string): TurnRow[] =>
  [...childrenOf(turns).values()].find((siblings) => siblings.some(({ id }) => id === message)) ?? [];

/** The end of the latest branch that goes through a message. */
export function endOf(turns: readonly TurnRow[], message: string): string {
  const children = childrenOf(turns);
  const seen = new Set<string>();
  let end = message;
  for (let next: string | undefined = message; next !== undefined && !seen.has(next);) {
    end = next;
    seen.add(next);
    next = children.get(next)?.at(-1)?.id;
  }
  return end;
}

/** The messages from the first question to `leaf`, or to the latest message if that is not there. */
export function branchOf(turns: readonly TurnRow[], leaf: string | null): TurnRow[] {
  const byId = new Map(turns.map((turn) => [turn.id, turn]));
  const branch: TurnRow[] = [];
  const seen = new Set<string>();
  for (
    let turn = byId.get(leaf ?? '') ?? turns.at(-1);
    turn && !seen.has(turn.id);
    turn = byId.get(turn.parent ?? '')
  ) {
    branch.unshift(turn);
    seen.add(turn.id);
  }
  return branch;
}

/** For the messages of a branch that have other versions: which one they are, from 1, and of how many. */
export function versionsIn(turns: readonly TurnRow[], branch: readonly TurnRow[]): Record<string, Versions> {
  const children = [...childrenOf(turns).values()].filter(({ length }) => length > 1);
  const versions = new Map(
    children.flatMap((siblings) => siblings.map(({ id }, k) => [id, { at: k + 1, of: siblings.length }] as const)),
  );
  return Object.fromEntries(branch.flatMap(({ id }) => (versions.has(id) ? [[id, versions.get(id)!]] : [])));
}
