// SPDX-License-Identifier: Apache-2.0
import { NO_SETUP, NO_VIDEO_SETUP, type Project } from '../../contract';
import type { Edit, Made } from './store';

/** Describes an edit: a key under `edit` in the translations, and its values. */
export interface EditName {
  key: string;
  count?: number;
  name?: string;
}

type Setup = Project['setups'][string] | Project['videoSetups'][string];

/** Keys for the changed field of a scene's or a video's setup. */
const FIELDS: Readonly<Record<string, string>> = {
  up: 'up',
  bookmarks: 'bookmarks',
  measures: 'measures',
  look: 'light',
  parts: 'objects',
  units: 'units',
  compare: 'compare',
  subtitles: 'subtitles',
};

/** Names an edit by the differences between its states before and after. */
export function editName(edit: Edit): EditName {
  if (edit.kind !== 'made') {
    const { of, ...words } = edit.what;
    return { key: of, ...words };
  }
  const { before, after } = edit;
  // The tray is checked last, because edits of ranges and comparisons also rename and rearrange frames.
  if (before.segments !== after.segments) return { key: 'ranges' };
  const field =
    changedField(before.setups, after.setups, NO_SETUP) ??
    changedField(before.videoSetups, after.videoSetups, NO_VIDEO_SETUP);
  if (field !== undefined) return { key: FIELDS[field] ?? 'setup' };
  return before.tray === after.tray ? { key: 'setup' } : trayEdit(before, after);
}

function trayEdit({ tray: before }: Made, { tray: after }: Made): EditName {
  const had = new Set(before.map(({ id }) => id));
  const has = new Set(after.map(({ id }) => id));
  const added = after.filter(({ id }) => !had.has(id)).length;
  const removed = before.filter(({ id }) => !has.has(id)).length;
  if (added > 0 && removed > 0) return { key: 'replaced' };
  if (added > 0) return { key: 'added', count: added };
  return removed > 0 ? { key: 'removed', count: removed } : { key: 'moved' };
}

/** @param untouched the default setup of a source. */
function changedField(
  before: Record<string, Setup>,
  after: Record<string, Setup>,
  untouched: Setup,
): string | undefined {
  for (const source of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (before[source] === after[source]) continue;
    const was: Record<string, unknown> = { ...(before[source] ?? untouched) };
    const is: Record<string, unknown> = { ...(after[source] ?? untouched) };
    const field = Object.keys({ ...was, ...is }).find((key) => written(was[key]) !== written(is[key]));
    if (field !== undefined) return field;
  }
  return undefined;
}

/** A missing value equals an empty list. */
const written = (value: unknown): string => JSON.stringify(value ?? []);
