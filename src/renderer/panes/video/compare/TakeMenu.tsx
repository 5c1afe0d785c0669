// SPDX-License-Identifier: Apache-2.0
import { Film } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { compareWith, pickToCompare, useStore } from '../../../state';
import { CompareMenu } from '../../../ui';

/** The menu of videos to compare this one with. */
export function TakeMenu({ source, active }: { source: string; active: boolean }) {
  const { t } = useTranslation();
  const sources = useStore((s) => s.project.sources);
  const others = sources.filter(({ id, kind, present }) => kind === 'video' && present && id !== source);
  return (
    <CompareMenu
      others={others}
      active={active}
      icon={<Film />}
      openLabel={t('compare.open')}
      onCompare={(other) => compareWith(source, other)}
      onPick={() => void pickToCompare(source)}
    />
  );
}
