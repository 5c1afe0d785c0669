// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { useStore } from '../state';
import { keyOf, meant, type ActionId } from './key-map';
import { keyName, shownKey, type KeyPress } from './key-name';

/** The key of an action as shown in a tooltip; undefined if it has none. */
export function useKey(id: ActionId): string | undefined {
  const { t } = useTranslation();
  const key = useStore((s) => keyOf(id, s.settings.keys));
  return key === '' ? undefined : shownKey(key, t('keys.space'));
}

export function keyNow(id: ActionId, space: string): string | undefined {
  const key = keyOf(id, useStore.getState().settings.keys);
  return key === '' ? undefined : shownKey(key, space);
}

/** The default key that a key press stands for (see `meant`); null if there is none. */
export function heard(event: KeyPress): string | null {
  const name = keyName(event);
  return name === null ? null : meant(name, useStore.getState().settings.keys);
}
