// SPDX-License-Identifier: Apache-2.0
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { SceneObject } from '../../../scene';

/** Returns a function for an object's name: its own, or its kind and number. */
export function useObjectName(): (object: SceneObject) => string {
  const { t } = useTranslation();
  return useCallback(
    ({ name, kind, path }) =>
      name.trim() === '' ? t(`scene.kind.${kind}`, { number: Number(path.split('.').at(-1)) + 1 }) : name,
    [t],
  );
}
