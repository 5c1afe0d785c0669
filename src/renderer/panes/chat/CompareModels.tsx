// SPDX-License-Identifier: Apache-2.0
import { Columns2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ModelItems, useModelGroups, type ModelGroup } from '../../models';
import { compareAnswer } from '../../state';
import { IconButton, Menu } from '../../ui';
import type { Answer } from './answered';

/** Asks the same question of another model. Nothing is shown while there is no other model. */
export function CompareModels({ message, isDisabled }: { message: Answer; isDisabled: boolean }) {
  const { t } = useTranslation();
  const groups = useModelGroups()
    .map((group) => ({ ...group, options: group.options.filter(({ name }) => !answeredBy(message, group, name)) }))
    .filter(({ options }) => options.length > 0);
  if (groups.length === 0) return null;
  return (
    <Menu
      label={t('chat.compareMenu')}
      trigger={
        <IconButton label={t('chat.compare')} isDisabled={isDisabled} data-testid="compare-models">
          <Columns2 />
        </IconButton>
      }
    >
      <ModelItems groups={groups} onChoose={(model) => void compareAnswer(message.id, model)} />
    </Menu>
  );
}

/** Whether this model of the group gave the answer. */
function answeredBy({ receipt }: Answer, { server }: ModelGroup, name: string): boolean {
  if (!receipt) return false;
  if (!('server' in receipt)) return server === null;
  return server?.host === receipt.server.host && receipt.model.name === name;
}
