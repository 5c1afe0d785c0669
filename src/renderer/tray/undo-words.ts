// SPDX-License-Identifier: Apache-2.0
import type { TFunction } from 'i18next';
import { editName, type Edit } from '../state';

/** "Undo: add 3 pictures", or "Undo" if there is nothing to undo. */
export function undoWords(way: 'undo' | 'redo', edit: Edit | undefined, t: TFunction): string {
  if (!edit) return t(way === 'undo' ? 'tray.undo' : 'tray.redo');
  const { key, ...words } = editName(edit);
  return t(way === 'undo' ? 'edit.undo' : 'edit.redo', { edit: t(`edit.${key}`, words) });
}
