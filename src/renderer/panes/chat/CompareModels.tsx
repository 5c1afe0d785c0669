// SPDX-License-Identifier: Apache-2.0
import { Columns2, SlidersHorizontal } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ModelItems, useModelGroups, type ModelGroup } from '../../models';
import { compareAnswer, useStore } from '../../state';
import { IconButton, Menu, MenuGroup, MenuItem } from '../../ui';
import type { Answer } from './answered';

/** Asks the same question of another model, or of the project's model with other settings. */
export function CompareModels({ message, isDisabled }: { message: Answer; isDisabled: boolean }) {
  const { t } = useTranslation();
  const model = useStore((s) => s.project.model);
  const presets = useStore((s) => s.settings.presets);
  const groups = useModelGroups()
    .map((group) => ({ ...group, options: group.options.filter(({ name }) => !answeredBy(message, group, name)) }))
    .filter(({ options }) => options.length > 0);
  return (
    <Menu
      label={t('chat.compareMenu')}
      trigger={
        <IconButton label={t('chat.compare')} isDisabled={isDisabled} data-testid="compare-models">
          <Columns2 />
        </IconButton>
      }
    >
      <ModelItems groups={groups} onChoose={(other) => void compareAnswer(message.id, other)} />
      <MenuGroup label={t('chat.compareSettings')}>
        <MenuItem icon={<SlidersHorizontal />} onAction={() => void compareAnswer(message.id, model, 'present')}>
          {t('chat.presentSettings')}
        </MenuItem>
        {presets.map(({ name }) => (
          <MenuItem
            key={name}
            icon={<SlidersHorizontal />}
            onAction={() => void compareAnswer(message.id, model, { preset: name })}
          >
            {name}
          </MenuItem>
        ))}
      </MenuGroup>
    </Menu>
  );
}

/** Whether this model of the group gave the answer. */
function answeredBy({ receipt }: Answer, { server }: ModelGroup, name: string): boolean {
  if (!receipt) return false;
  if (!('server' in receipt)) return server === null;
  return server?.host === receipt.server.host && receipt.model.name === name;
}
