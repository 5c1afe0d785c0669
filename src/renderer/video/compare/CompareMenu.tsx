import { Columns2, Film, FolderOpen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { compareWith, pickToCompare, useStore } from '../../state';
import { IconButton, Menu, MenuItem } from '../../ui';

/** "Compare with...": the other videos of the project, or one still to be opened. */
export function CompareMenu({ source, active }: { source: string; active: boolean }) {
  const { t } = useTranslation();
  const sources = useStore((s) => s.project.sources);
  const others = sources.filter(({ id, kind, present }) => kind === 'video' && present && id !== source);
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
        <MenuItem key={id} icon={<Film />} onAction={() => compareWith(source, id)}>
          {name}
        </MenuItem>
      ))}
      <MenuItem icon={<FolderOpen />} onAction={() => void pickToCompare(source)}>
        {t('compare.open')}
      </MenuItem>
    </Menu>
  );
}
