// SPDX-License-Identifier: Apache-2.0
import { Check, ChevronDown, MessageSquarePlus, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useKey } from '../../keys';
import { deleteConversation, newConversation, openConversation, renameConversation, useStore } from '../../state';
import { IconButton, Menu, MenuItem, MenuLine, NameField } from '../../ui';
import styles from './Conversation.module.css';

/** Conversations shown in the menu; the search finds the others. */
const RECENT = 16;

/** The name of the conversation, editable in place, and the menu of the project's other conversations. */
export function ConversationTitle() {
  const { t } = useTranslation();
  const current = useStore((s) => s.project.conversation);
  const all = useStore((s) => s.project.conversations);
  const isEmpty = useStore((s) => s.project.messages.length === 0);
  const name = all.find(({ id }) => id === current)?.name ?? '';
  return (
    <h2 className={styles.title} aria-label={t('chat.title')}>
      <NameField
        key={current}
        className={styles.name}
        label={t('chat.name')}
        name={name}
        unnamed={t('chat.unnamed')}
        onName={(next) => void renameConversation(next)}
      />
      <Menu
        label={t('chat.conversations')}
        trigger={
          <IconButton label={t('chat.conversations')} className={styles.more} data-testid="conversations">
            <ChevronDown />
          </IconButton>
        }
      >
        <MenuItem
          icon={<MessageSquarePlus />}
          note={useKey('newConversation')}
          isDisabled={isEmpty}
          onAction={() => void newConversation()}
        >
          {t('chat.new')}
        </MenuItem>
        <MenuLine />
        {all.slice(0, RECENT).map(({ id, name: other }) => (
          <MenuItem
            key={id}
            icon={id === current ? <Check /> : <i />}
            onAction={() => id !== current && void openConversation(id)}
          >
            {other || t('chat.unnamed')}
          </MenuItem>
        ))}
        <MenuLine />
        <MenuItem icon={<Trash2 />} isDisabled={isEmpty && all.length === 1} onAction={() => void deleteConversation()}>
          {t('chat.delete')}
        </MenuItem>
      </Menu>
    </h2>
  );
}
