// SPDX-License-Identifier: Apache-2.0
import { baseName } from '../../contract';

/** Names by their last part in small letters: a folder of twenty thousand photographs is asked for as many names. */
export type NamesByLast = ReadonlyMap<string, readonly string[]>;

export function byLastPart(names: readonly string[]): NamesByLast {
  const found = new Map<string, string[]>();
  for (const name of names) {
    const last = baseName(name).toLowerCase();
    const alike = found.get(last);
    if (alike) alike.push(name);
    else found.set(last, [name]);
  }
  return found;
}

/**
 * The file among `names` that a scene's file means by an address: as written, from its own folder; else with capitals
 * ignored; else by its last part, since exporters write the paths of machines that are far away. Null if there is none.
 * It only ever picks from what the user opened, whatever the address says.
 */
export function resolveName(uri: string, from: string, names: NamesByLast): string | null {
  const path = plainPath(uri);
  const here = from.slice(0, from.length - baseName(from).length);
  const wanted = joinPath(here, path);
  const alike = names.get(baseName(path).toLowerCase()) ?? [];
  if (wanted !== null && alike.includes(wanted)) return wanted;
  const lower = (wanted ?? path).toLowerCase();
  const same = alike.find((name) => name.toLowerCase() === lower);
  if (same !== undefined) return same;
  return [...alike].sort((a, b) => a.split('/').length - b.split('/').length || a.localeCompare(b))[0] ?? null;
}

/** Decoded, with forward slashes. */
function plainPath(uri: string): string {
  let text = uri.trim();
  try {
    text = decodeURIComponent(text);
  } catch {
    // not encoded
  }
  return text.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
}

/** Null where it leads out of the scene. */
function joinPath(folder: string, path: string): string | null {
  if (path.startsWith('/') || /^[a-z][a-z0-9+.-]*:/i.test(path)) return null;
  const parts: string[] = [];
  for (const part of `${folder}${path}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join('/');
}
