// SPDX-License-Identifier: Apache-2.0
import { baseName } from '../../contract';

/** File names by their last part in lower case, so that a folder of twenty thousand photographs is searched quickly. */
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
 * The file among `names` that a URI in a scene's file refers to: as written, relative to its folder; else ignoring
 * case; else by its last part, because exporters write paths of other machines. Null if there is none. It only ever
 * returns files that the user opened, whatever the URI says.
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

/** The path decoded, with forward slashes. */
function plainPath(uri: string): string {
  let text = uri.trim();
  try {
    text = decodeURIComponent(text);
  } catch {
    // not percent-encoded
  }
  return text.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
}

/** Null if the path leads out of the scene. */
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
