// SPDX-License-Identifier: Apache-2.0
import { useEffect, useId, useRef, useState } from 'react';
import { ChevronRight, Pencil, Trash2 } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { modelsOf, type ShownServer } from '../../../../contract';
import { changeServer } from '../../../state';
import { Button, cx, IconButton } from '../../../ui';
import { ServerKey } from './ServerKey';
import { ServerModels } from './ServerModels';
import { ServerPictures } from './ServerPictures';
import { TestServer } from './TestServer';
import { modelsWords, programWords } from './words';
import styles from './ServerCard.module.css';

/** The id of the button that opens and closes a card. */
export const toggleOf = ({ id }: ShownServer): string => `server-${id}`;

interface ServerCardProps {
  server: ShownServer;
  /** Whether its details are shown at first. */
  open: boolean;
  /** Whether it has just been added, by the user or by undo: then it takes the focus. */
  isNew: boolean;
  onRemove: () => void;
}

/** A server of the list, with everything that can be done with it. */
export function ServerCard({ server, open, isNew, onRemove }: ServerCardProps) {
  const { t } = useTranslation();
  const details = useId();
  const [isOpen, setOpen] = useState(open || isNew);
  const [takesFocus] = useState(isNew);
  const [isRenaming, setRenaming] = useState(false);
  const [isKeyOpen, setKeyOpen] = useState(false);
  const toggle = useRef<HTMLButtonElement>(null);
  const pencil = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (takesFocus) toggle.current?.focus();
  }, [takesFocus]);

  const { id, name, url, loopback, description } = server;
  const facts = [
    ...(description ? [programWords(description, t)] : []),
    url,
    ...(description ? [modelsWords(modelsOf(server), t)] : []),
  ].join(' · ');
  return (
    <li className={styles.card} data-testid="server">
      <div className={styles.head}>
        <AriaButton
          ref={toggle}
          id={toggleOf(server)}
          className={styles.toggle ?? ''}
          aria-expanded={isOpen}
          aria-controls={details}
          aria-label={t('server.details', { name })}
          onPress={() => setOpen(!isOpen)}
          data-testid="server-toggle"
        >
          <ChevronRight aria-hidden className={cx(styles.chevron, isOpen && styles.turned)} />
        </AriaButton>
        <div className={styles.words} onClick={() => !isRenaming && setOpen(!isOpen)}>
          {isRenaming ? (
            <NameField
              name={name}
              onChange={(next) => void changeServer(id, { name: next })}
              onEnd={(byKey) => {
                if (byKey) pencil.current?.focus();
                setRenaming(false);
              }}
            />
          ) : (
            <p className={styles.name} title={name}>
              {name}
            </p>
          )}
          <p className={styles.facts} title={facts}>
            {facts}
          </p>
        </div>
        <IconButton ref={pencil} label={t('server.rename', { name })} onPress={() => setRenaming(true)}>
          <Pencil />
        </IconButton>
        <p className={cx(styles.badge, !loopback && styles.beyond)}>{t(loopback ? 'server.here' : 'server.beyond')}</p>
      </div>
      <div id={details} hidden={!isOpen} className={styles.details}>
        <TestServer server={server} onKey={() => setKeyOpen(true)} />
        <ServerModels server={server} onKey={() => setKeyOpen(true)} />
        <ServerKey server={server} isOpen={isKeyOpen} onOpen={setKeyOpen} />
        <ServerPictures server={server} />
        <div className={styles.foot}>
          <Button
            tone="ghost"
            size="small"
            aria-label={t('server.removeNamed', { name })}
            onPress={onRemove}
            data-testid="server-remove"
          >
            <Trash2 aria-hidden />
            {t('server.remove')}
          </Button>
        </div>
      </div>
    </li>
  );
}

interface NameFieldProps {
  name: string;
  onChange: (name: string) => void;
  /** @param byKey whether Enter or Escape ended it, so that the focus has to go on from here. */
  onEnd: (byKey: boolean) => void;
}

/** The name of a server while it is edited. */
function NameField({ name, onChange, onEnd }: NameFieldProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(name);
  const field = useRef<HTMLInputElement>(null);
  const hasEnded = useRef(false);
  useEffect(() => field.current?.select(), []);
  const end = (next: string, byKey: boolean) => {
    if (hasEnded.current) return; // when the focus goes on, the field loses it
    hasEnded.current = true;
    if (next.trim() !== '' && next.trim() !== name) onChange(next.trim());
    onEnd(byKey);
  };
  return (
    <input
      ref={field}
      className={styles.rename}
      aria-label={t('server.rename', { name })}
      value={text}
      maxLength={100}
      spellCheck={false}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => end(text, false)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return; // the key belongs to the input method
        if (event.key !== 'Enter' && event.key !== 'Escape') return;
        event.preventDefault(); // Enter would press the button that gets the focus
        event.stopPropagation(); // Escape would close the dialog
        end(event.key === 'Enter' ? text : name, true);
      }}
    />
  );
}
