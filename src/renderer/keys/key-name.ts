// SPDX-License-Identifier: Apache-2.0
const mac = typeof navigator !== 'undefined' && navigator.platform.startsWith('Mac');

export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

/**
 * The name of a key press: `S`, `Space`, `Shift+M`, `Mod+K`, where Mod is Ctrl, or Cmd on a Mac. Punctuation is named
 * by the character (`?`, not `Shift+/`). Null for a modifier alone, and for keys that the system uses.
 */
export function keyName({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyPress): string | null {
  if (['Control', 'Meta', 'Alt', 'Shift', 'AltGraph', 'CapsLock', 'Dead', 'Process', 'Unidentified'].includes(key))
    return null;
  const [mod, other] = mac ? [metaKey, ctrlKey] : [ctrlKey, metaKey];
  if (other) return null;
  const sign = key.length === 1 && key !== ' ' && key.toLowerCase() === key.toUpperCase();
  const name = key === ' ' ? 'Space' : key.length === 1 ? key.toUpperCase() : key;
  return [mod && 'Mod', altKey && 'Alt', shiftKey && !sign && 'Shift', name].filter(Boolean).join('+');
}

const SIGNS: Record<string, string> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  '-': '−',
};
const MAC_SIGNS: Record<string, string> = { Mod: '⌘', Shift: '⇧', Alt: '⌥' };

/** How a key is shown on this platform: ⇧⌘Z on a Mac, Ctrl+Shift+Z elsewhere. `space`: the name of the space bar. */
export function shownKey(name: string, space = 'Space'): string {
  const mods = name.match(/^(?:(?:Mod|Alt|Shift)\+)*/)?.[0] ?? '';
  const key = name.slice(mods.length);
  const shown = key === 'Space' ? space : (SIGNS[key] ?? key);
  const held = mods.split('+').filter(Boolean);
  if (mac)
    return (
      [...held]
        .reverse()
        .map((mod) => MAC_SIGNS[mod] ?? mod)
        .join('') + shown
    );
  return [...held.map((mod) => (mod === 'Mod' ? 'Ctrl' : mod)), shown].join('+');
}
