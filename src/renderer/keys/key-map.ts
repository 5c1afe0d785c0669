// SPDX-License-Identifier: Apache-2.0
/** What the user has changed: of an action, by its id, the name of its key; empty takes its key away. */
export type KeyChanges = Readonly<Record<string, string>>;

/** Everything a key does that can be given another key, by what it means and its key to begin with. */
export const ACTIONS = [
  { id: 'play', key: 'Space', group: 'player' },
  { id: 'shuttleBack', key: 'J', group: 'player' },
  { id: 'pause', key: 'K', group: 'player' },
  { id: 'shuttleForward', key: 'L', group: 'player' },
  { id: 'back', key: 'ArrowLeft', group: 'player' },
  { id: 'forward', key: 'ArrowRight', group: 'player' },
  { id: 'tenBack', key: 'Shift+ArrowLeft', group: 'player' },
  { id: 'tenForward', key: 'Shift+ArrowRight', group: 'player' },
  { id: 'slower', key: '<', group: 'player' },
  { id: 'faster', key: '>', group: 'player' },
  { id: 'mute', key: 'Shift+M', group: 'player' },
  { id: 'fullScreen', key: 'F', group: 'player' },
  { id: 'subtitles', key: 'V', group: 'player' },
  { id: 'takeBack', key: '[', group: 'player' },
  { id: 'takeForward', key: ']', group: 'player' },
  { id: 'in', key: 'I', group: 'pictures' },
  { id: 'out', key: 'O', group: 'pictures' },
  { id: 'sample', key: 'S', group: 'pictures' },
  { id: 'denser', key: 'D', group: 'pictures' },
  { id: 'take', key: 'C', group: 'pictures' },
  { id: 'eye', key: 'M', group: 'pictures' },
  { id: 'closer', key: '+', group: 'pictures' },
  { id: 'farther', key: '-', group: 'pictures' },
  { id: 'fly', key: 'G', group: 'scene' },
  { id: 'measure', key: 'R', group: 'scene' },
  { id: 'scenePanel', key: 'N', group: 'scene' },
  { id: 'fitPart', key: 'Shift+F', group: 'scene' },
  { id: 'hidePart', key: 'H', group: 'scene' },
  { id: 'isolatePart', key: '/', group: 'scene' },
  { id: 'showParts', key: 'Shift+H', group: 'scene' },
  { id: 'undo', key: 'Mod+Z', group: 'app' },
  { id: 'redo', key: 'Mod+Shift+Z', group: 'app' },
  { id: 'open', key: 'Mod+O', group: 'app' },
  { id: 'new', key: 'Mod+N', group: 'app' },
  { id: 'saveChat', key: 'Mod+S', group: 'app' },
  { id: 'copyAnswer', key: 'Mod+Shift+C', group: 'app' },
  { id: 'commands', key: 'Mod+K', group: 'app' },
  { id: 'settings', key: 'Mod+,', group: 'app' },
  { id: 'library', key: 'Mod+B', group: 'app' },
  { id: 'conversation', key: 'Mod+J', group: 'app' },
  { id: 'keys', key: '?', group: 'app' },
] as const satisfies readonly { id: string; key: string; group: 'player' | 'pictures' | 'scene' | 'app' }[];

export type ActionId = (typeof ACTIONS)[number]['id'];

/** Keys that always do what they do: they cannot be given away. */
export const FIXED = new Set([
  'Enter',
  'Escape',
  'Tab',
  'Shift+Tab',
  'Delete',
  'Backspace',
  'Alt+ArrowLeft',
  'Alt+ArrowRight',
]);

const defaultOf = (id: ActionId): string => ACTIONS.find((action) => action.id === id)!.key;

/** The key of an action; empty when it has none. */
export const keyOf = (id: ActionId, changes: KeyChanges): string => changes[id] ?? defaultOf(id);

/** Which action a key has. */
export const actionOf = (key: string, changes: KeyChanges): ActionId | undefined =>
  ACTIONS.find(({ id }) => keyOf(id, changes) === key)?.id;

/**
 * The key that a press stands for in the keys to begin with, so that whoever listens need not know what was changed:
 * null for one that means nothing any more.
 */
export function meant(pressed: string, changes: KeyChanges): string | null {
  const action = actionOf(pressed, changes);
  if (action !== undefined) return defaultOf(action);
  return ACTIONS.some(({ key }) => key === pressed) ? null : pressed;
}

/** The changes with a key given to an action; whichever had it is left without. */
export function given(id: ActionId, key: string, changes: KeyChanges): KeyChanges {
  const next: Record<string, string> = { ...changes };
  const before = actionOf(key, changes);
  if (before !== undefined && before !== id) next[before] = '';
  if (key === defaultOf(id)) delete next[id];
  else next[id] = key;
  return next;
}

/** The changes without that of one action; whoever has its key to begin with loses it. */
export function reset(id: ActionId, changes: KeyChanges): KeyChanges {
  return given(id, defaultOf(id), changes);
}
