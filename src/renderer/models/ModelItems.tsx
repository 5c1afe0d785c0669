// SPDX-License-Identifier: Apache-2.0
import { Check, Cpu, Globe, Server } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ServerModelRef } from '../../contract';
import { MenuGroup, MenuItem } from '../ui';
import { sameModel, type ModelGroup } from './model-groups';

interface ModelItemsProps {
  groups: readonly ModelGroup[];
  /** The chosen model, with a tick. Undefined: none. */
  chosen?: ServerModelRef | null | undefined;
  onChoose: (model: ServerModelRef | null) => void;
}

/** Models as items of a menu, one group for each server. */
export function ModelItems({ groups, chosen, onChoose }: ModelItemsProps) {
  const { t } = useTranslation();
  return groups.map(({ server, options }) => {
    const leaves = server !== null && !server.loopback;
    const Sign = server === null ? Cpu : leaves ? Globe : Server;
    const label = server === null ? t('models.local') : server.name;
    const place = server === null ? undefined : leaves ? t('models.leaves') : t('models.here');
    return (
      <MenuGroup key={server?.id ?? 'local'} label={label} note={place}>
        {options.map(({ ref, name, pictures }) => (
          <MenuItem
            key={ref?.model ?? 'local'}
            icon={chosen !== undefined && sameModel(ref, chosen) ? <Check /> : <Sign />}
            note={pictures === false ? t('models.noPictures') : undefined}
            onAction={() => onChoose(ref)}
          >
            {name}
          </MenuItem>
        ))}
      </MenuGroup>
    );
  });
}
