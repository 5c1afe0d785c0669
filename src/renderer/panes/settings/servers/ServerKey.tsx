// SPDX-License-Identifier: Apache-2.0
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ShownServer } from '../../../../contract';
import { changeServer } from '../../../state';
import { Button } from '../../../ui';
import { KeyInput } from './TextInput';
import card from './ServerCard.module.css';
import styles from './ServerKey.module.css';

interface ServerKeyProps {
  server: ShownServer;
  isOpen: boolean;
  onOpen: (open: boolean) => void;
}

/** Whether there is a key for a server and how it is kept, and the field to change it. The key itself is never shown. */
export function ServerKey({ server: { id, name, key }, isOpen, onOpen }: ServerKeyProps) {
  const { t } = useTranslation();
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    button.current?.focus();
    onOpen(false);
  };
  const change = (next: string) => {
    void changeServer(id, { key: next });
    close();
  };
  return (
    <div className={card.part} role="group" aria-label={t('server.keyTitle')} data-testid="server-key-part">
      <div className={card.line}>
        <div className={card.text}>
          <p>{t('server.keyTitle')}</p>
          <p className={card.hint} role="status">
            {t(`server.keyState.${key}`)}
          </p>
        </div>
        <div className={card.controls}>
          <Button
            ref={button}
            size="small"
            aria-expanded={isOpen}
            aria-label={t(key === 'none' ? 'server.keyAddNamed' : 'server.keyChangeNamed', { name })}
            onPress={() => onOpen(!isOpen)}
            data-testid="server-key-change"
          >
            {t(key === 'none' ? 'server.keyAdd' : 'server.keyChange')}
          </Button>
          {key !== 'none' && (
            <Button size="small" aria-label={t('server.keyForgetNamed', { name })} onPress={() => change('')}>
              {t('server.keyForget')}
            </Button>
          )}
        </div>
      </div>
      {isOpen && <Field onSave={change} onCancel={close} />}
    </div>
  );
}

function Field({ onSave, onCancel }: { onSave: (key: string) => void; onCancel: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const save = () => text.trim() !== '' && onSave(text);
  return (
    <div
      className={styles.field}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        const saves = event.key === 'Enter' && event.target instanceof HTMLInputElement;
        if (!saves && event.key !== 'Escape') return;
        event.preventDefault(); // Enter would press the button that gets the focus
        event.stopPropagation(); // Escape would close the dialog
        if (saves) save();
        else onCancel();
      }}
    >
      <KeyInput
        autoFocus
        label={t('server.keyNew')}
        value={text}
        onChange={setText}
        className={styles.input}
        testId="server-key-new"
      />
      <Button onPress={onCancel}>{t('common.cancel')}</Button>
      <Button tone="accent" isDisabled={text.trim() === ''} onPress={save}>
        {t('server.keySave')}
      </Button>
    </div>
  );
}
