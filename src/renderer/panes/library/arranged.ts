// SPDX-License-Identifier: Apache-2.0
import type { Language, Source } from '../../../contract';

export const ORDERS = ['added', 'name', 'kind', 'size'] as const;
export type Order = (typeof ORDERS)[number];

/** The files whose name or folder contains a text, in an order: the largest first, and names with numbers by them. */
export function arranged(sources: readonly Source[], filter: string, order: Order, language: Language): Source[] {
  const sought = filter.trim().toLowerCase();
  const found = sources.filter(({ name, folder }) => `${name}\n${folder}`.toLowerCase().includes(sought));
  if (order === 'added') return found;
  const { compare } = new Intl.Collator(language, { numeric: true });
  const byName = (a: Source, b: Source) => compare(a.name, b.name);
  if (order === 'name') return found.sort(byName);
  if (order === 'size') return found.sort((a, b) => b.bytes - a.bytes);
  return found.sort((a, b) => a.kind.localeCompare(b.kind) || byName(a, b));
}

/** The names that more than one file has. */
export function sharedNames(sources: readonly Source[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(sources.flatMap(({ name }) => (seen.has(name) ? [name] : (seen.add(name), []))));
}
