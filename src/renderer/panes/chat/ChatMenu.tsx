// SPDX-License-Identifier: Apache-2.0
import { Braces, Copy, Download, FileText, Globe } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useKey } from '../../keys';
import { copyLastAnswer, exportConversation, lastAnswer, useStore } from '../../state';
import { IconButton, Menu, MenuItem, MenuLine } from '../../ui';

/** The menu for exporting the conversation. */
export function ChatMenu() {
  const { t } = useTranslation();
  const empty = useStore((s) => s.project.messages.length === 0);
  const unanswered = useStore((s) => lastAnswer(s.project) === undefined);
  const busy = useStore((s) => s.exportJob !== null);
  const keys = { save: useKey('saveChat'), copy: useKey('copyAnswer') };
  return (
    <Menu
      label={t('chat.export')}
      trigger={
        <IconButton label={t('chat.export')} isDisabled={empty || busy}>
          <Download />
        </IconButton>
      }
    >
      <MenuItem icon={<FileText />} note={keys.save} onAction={() => void exportConversation('markdown')}>
        {t('chat.markdown')}
      </MenuItem>
      <MenuItem icon={<Globe />} onAction={() => void exportConversation('html')}>
        {t('chat.html')}
      </MenuItem>
      <MenuItem icon={<Braces />} onAction={() => void exportConversation('json')}>
        {t('chat.json')}
      </MenuItem>
      <MenuLine />
      <MenuItem icon={<Copy />} note={keys.copy} isDisabled={unanswered} onAction={() => void copyLastAnswer()}>
        {t('chat.copyLast')}
      </MenuItem>
    </Menu>
  );
}
