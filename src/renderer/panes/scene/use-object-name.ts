// SPDX-License-Identifier: Apache-2.0
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { SceneObject } from '../../../scene';

/** What an object is called: its own name, or what it is and its number. */
export function useObjectName(): (object: SceneObject) => string {
  const { t } = useTranslation();
  return useCallback(
    ({ name, kind, path }) =>
      name.trim() === '' ? t(`scene.kind.${kind}`, { number: Number(path.split('.').at(-1)) + 1 }) : name,
    [t],
  );
}
