import { Box, Columns2, FolderOpen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Source } from '../../../contract';
import { IconButton, Menu, MenuItem } from '../../ui';

interface CompareMenuProps {
  others: readonly Source[];
  active: boolean;
  onCompare: (other: string) => void;
  onPick: () => void;
}

/** "Compare with...": the other scenes of the project, or one still to be opened. */
export function CompareMenu({ others, active, onCompare, onPick }: CompareMenuProps) {
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
        <MenuItem key={id} icon={<Box />} onAction={() => onCompare(id)}>
          {name}
        </MenuItem>
      ))}
      <MenuItem icon={<FolderOpen />} onAction={onPick}>
        {t('scene.compareOpen')}
      </MenuItem>
    </Menu>
  );
}
