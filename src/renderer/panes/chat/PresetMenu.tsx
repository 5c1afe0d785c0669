// SPDX-License-Identifier: Apache-2.0
import { Check, SlidersHorizontal, Settings2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { isInUse, openDialog, applyPreset, useStore } from '../../state';
import { IconButton, Menu, MenuItem, MenuLine } from '../../ui';

/** The presets: settings that belong together. Choosing one uses it in this project. */
export function PresetMenu() {
  const { t } = useTranslation();
  const settings = useStore((s) => s.settings);
  return (
    <Menu
      label={t('presets.title')}
      trigger={
        <IconButton label={t('presets.title')} data-testid="presets">
          <SlidersHorizontal />
        </IconButton>
      }
    >
      {settings.presets.map((preset) => (
        <MenuItem
          key={preset.name}
          icon={isInUse(preset, settings) ? <Check /> : <i />}
          onAction={() => void applyPreset(preset.name)}
        >
          {preset.name}
        </MenuItem>
      ))}
      {settings.presets.length > 0 && <MenuLine />}
      <MenuItem icon={<Settings2 />} onAction={() => openDialog({ kind: 'presets' })}>
        {t('presets.edit')}
      </MenuItem>
    </Menu>
  );
}
