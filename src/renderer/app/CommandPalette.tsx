// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { Search } from 'lucide-react';
import {
  Autocomplete,
  Dialog,
  Input,
  Menu,
  MenuItem,
  Modal,
  ModalOverlay,
  SearchField,
  useFilter,
} from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { commandsNow } from './commands';
import styles from './CommandPalette.module.css';

export function CommandPalette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { contains } = useFilter({ sensitivity: 'base' });
  const [commands] = useState(() => commandsNow(t));
  return (
    <ModalOverlay isOpen isDismissable onOpenChange={(open) => !open && onClose()} className={styles.scrim ?? ''}>
      <Modal className={styles.palette ?? ''}>
        <Dialog aria-label={t('command.title')} className={styles.dialog ?? ''} data-testid="command-palette">
          <Autocomplete filter={contains}>
            <SearchField aria-label={t('command.find')} autoFocus className={styles.search ?? ''}>
              <Search aria-hidden />
              <Input placeholder={t('command.find')} className={styles.input ?? ''} />
            </SearchField>
            {/* The focus stays in the field, so the list itself must be reachable to be scrolled. */}
            <div className={styles.list} tabIndex={0}>
              <Menu
                aria-label={t('command.title')}
                className={styles.menu ?? ''}
                items={commands}
                onAction={(key) => {
                  onClose();
                  // After the dialog has closed and the focus is back where it was.
                  setTimeout(() => commands.find((command) => command.id === key)?.run());
                }}
                renderEmptyState={() => <p className={styles.none}>{t('command.none')}</p>}
              >
                {(command) => (
                  <MenuItem id={command.id} textValue={command.name} className={styles.item ?? ''}>
                    <span className={styles.name}>{command.name}</span>
                    {command.keys && <kbd className={styles.keys}>{command.keys}</kbd>}
                  </MenuItem>
                )}
              </Menu>
            </div>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
