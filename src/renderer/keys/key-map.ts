// SPDX-License-Identifier: Apache-2.0
/** The user's changes: key names by action id. An empty name means that the action has no key. */
export type KeyChanges = Readonly<Record<string, string>>;

/** All actions whose key can be changed, with their default keys. */
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
  { id: 'goTo', key: 'T', group: 'player' },
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
  { id: 'newConversation', key: 'Mod+Shift+O', group: 'app' },
  { id: 'saveChat', key: 'Mod+S', group: 'app' },
  { id: 'copyAnswer', key: 'Mod+Shift+C', group: 'app' },
  { id: 'commands', key: 'Mod+K', group: 'app' },
  { id: 'search', key: 'Mod+Shift+F', group: 'app' },
  { id: 'projects', key: 'Mod+Shift+P', group: 'app' },
  { id: 'settings', key: 'Mod+,', group: 'app' },
  { id: 'library', key: 'Mod+B', group: 'app' },
  { id: 'conversation', key: 'Mod+J', group: 'app' },
  { id: 'keys', key: '?', group: 'app' },
] as const satisfies readonly { id: string; key: string; group: 'player' | 'pictures' | 'scene' | 'app' }[];

export type ActionId = (typeof ACTIONS)[number]['id'];

/** Keys that cannot be reassigned. */
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

/** The current key of an action; empty if it has none. */
export const keyOf = (id: ActionId, changes: KeyChanges): string => changes[id] ?? defaultOf(id);

/** The action that a key is assigned to. */
export const actionOf = (key: string, changes: KeyChanges): ActionId | undefined =>
  ACTIONS.find(({ id }) => keyOf(id, changes) === key)?.id;

/**
 * The default key that a pressed key stands for, so that listeners need not know the user's changes. Null if the key no
 * longer belongs to any action.
 */
export function meant(pressed: string, changes: KeyChanges): string | null {
  const action = actionOf(pressed, changes);
  if (action !== undefined) return defaultOf(action);
  return ACTIONS.some(({ key }) => key === pressed) ? null : pressed;
}

/** The changes after assigning a key to an action. An action that had this key loses it. */
export function given(id: ActionId, key: string, changes: KeyChanges): KeyChanges {
  const next: Record<string, string> = { ...changes };
  const before = actionOf(key, changes);
  if (before !== undefined && before !== id) next[before] = '';
  if (key === defaultOf(id)) delete next[id];
  else next[id] = key;
  return next;
}

/** The changes after giving an action its default key again. An action that had this key loses it. */
export function reset(id: ActionId, changes: KeyChanges): KeyChanges {
  return given(id, defaultOf(id), changes);
}
