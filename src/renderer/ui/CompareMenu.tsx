// SPDX-License-Identifier: Apache-2.0
import { Columns2, FolderOpen } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from './Button';
import { Menu, MenuItem } from './Menu';

interface CompareMenuProps {
  others: readonly { id: string; name: string }[];
  active: boolean;
  /** The icon of the other sources. */
  icon: ReactNode;
  /** The label for opening another source. */
  openLabel: string;
  onCompare: (other: string) => void;
  onPick: () => void;
}

/** "Compare with...": other sources of the project, or one still to be opened. */
export function CompareMenu({ others, active, icon, openLabel, onCompare, onPick }: CompareMenuProps) {
  const { t } = useTranslation();
  return (
    <Menu
      label={t('compare.with')}
      trigger={
        <IconButton label={t('compare.with')} pressed={active}>
          <Columns2 />
        </IconButton>
      }
    >
      {others.map(({ id, name }) => (
        <MenuItem key={id} icon={icon} onAction={() => onCompare(id)}>
          {name}
        </MenuItem>
      ))}
      <MenuItem icon={<FolderOpen />} onAction={onPick}>
        {openLabel}
      </MenuItem>
    </Menu>
  );
}
