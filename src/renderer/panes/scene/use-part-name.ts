import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { ScenePart } from '../../../scene';

/** What a part is called: its own name, or what it is and its number. */
export function usePartName(): (part: ScenePart) => string {
  const { t } = useTranslation();
  return useCallback(
    ({ name, kind, path }) =>
      name.trim() === '' ? t(`scene.kind.${kind}`, { number: Number(path.split('.').at(-1)) + 1 }) : name,
    [t],
  );
}
