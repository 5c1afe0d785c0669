// SPDX-License-Identifier: Apache-2.0
import { ListChecks, Pencil } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { openDialog, useStore } from '../../state';
import { IconButton, Menu, MenuItem, MenuLine } from '../../ui';
import { readyQuestions } from './ready-questions';

/** The ready questions. Choosing one puts it into the composer, where it can still be changed. */
export function ReadyMenu({ onChoose }: { onChoose: (text: string) => void }) {
  const { t } = useTranslation();
  const questions = readyQuestions(
    useStore((s) => s.settings.questions),
    t,
  );
  return (
    <Menu
      label={t('ready.title')}
      trigger={
        <IconButton label={t('ready.title')} data-testid="ready-questions">
          <ListChecks />
        </IconButton>
      }
    >
      {questions.map(({ name, text }, k) => (
        <MenuItem key={k} onAction={() => onChoose(text)}>
          {name || text}
        </MenuItem>
      ))}
      {questions.length > 0 && <MenuLine />}
      <MenuItem icon={<Pencil />} onAction={() => openDialog({ kind: 'questions' })}>
        {t('ready.edit')}
      </MenuItem>
    </Menu>
  );
}
