// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from 'react';
import { RotateCcw } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { ACTIONS, actionOf, FIXED, given, keyName, keyOf, reset, shownKey, type ActionId } from '../keys';
import { changeSettings, useStore } from '../state';
import { Button, cx, Dialog, IconButton } from '../ui';
import styles from './KeysDialog.module.css';

const GROUPS = ['player', 'pictures', 'scene', 'app'] as const;

/** A key that another action already uses, waiting for the user's confirmation. */
interface Clash {
  id: ActionId;
  key: string;
  holder: ActionId;
}

/** Lists every key and its action. Pressing an entry assigns another key; a warning is shown if that key is in use. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const changes = useStore((s) => s.settings.keys);
  const [listening, setListening] = useState<ActionId | null>(null);
  const [clash, setClash] = useState<Clash | null>(null);
  const [fixed, setFixed] = useState<string | null>(null);
  const shown = (key: string) => shownKey(key, t('keys.space'));
  const change = (next: Readonly<Record<string, string>>) => void changeSettings({ keys: { ...next } });

  useEffect(() => {
    if (listening === null) return undefined;
    const onKey = (event: KeyboardEvent) => {
      const key = keyName(event);
      event.preventDefault();
      event.stopPropagation();
      if (key === null) return;
      setListening(null);
      if (key === 'Escape') return;
      if (FIXED.has(key)) return setFixed(key);
      const holder = actionOf(key, changes);
      if (holder !== undefined && holder !== listening) setClash({ id: listening, key, holder });
      else void changeSettings({ keys: { ...given(listening, key, changes) } });
    };
    // In the capture phase, so that nothing else handles a key while the dialog waits for one.
    window.addEventListener('keydown', onKey, true);
    return () => window.removeEventListener('keydown', onKey, true);
  }, [listening, changes]);

  const listen = (id: ActionId) => {
    setClash(null);
    setFixed(null);
    setListening(id);
  };
  const always: [string, string][] = [
    ['Enter', t('keys.ask')],
    ['Esc', t('keys.stop')],
    ['Delete', t('keys.remove')],
    ['Alt+←  Alt+→', t('keys.move')],
    ['+', t('keys.divide')],
    ['W A S D Q E', t('keys.flying')],
  ];

  return (
    <Dialog
      open
      title={t('keys.title')}
      onClose={onClose}
      width="wide"
      testId="keys-dialog"
      footer={
        <Button
          tone="ghost"
          isDisabled={Object.keys(changes).length === 0}
          onPress={() => change({})}
          data-testid="keys-reset"
        >
          {t('keys.resetAll')}
        </Button>
      }
    >
      <p className={styles.lead}>{t('keys.lead')}</p>
      {clash && (
        <div className={styles.clash} role="alert" data-testid="keys-clash">
          <span>{t('keys.taken', { key: shown(clash.key), does: t(`keys.does.${clash.holder}`) })}</span>
          <Button
            size="small"
            tone="accent"
            onPress={() => {
              change(given(clash.id, clash.key, changes));
              setClash(null);
            }}
          >
            {t('keys.useHere')}
          </Button>
          <Button size="small" onPress={() => setClash(null)}>
            {t('common.cancel')}
          </Button>
        </div>
      )}
      {fixed !== null && (
        <p className={styles.clash} role="alert">
          {t('keys.fixed', { key: shown(fixed) })}
        </p>
      )}
      <div className={styles.groups}>
        {GROUPS.map((group) => (
          <section key={group}>
            <h3 className={styles.group}>{t(`keys.group.${group}`)}</h3>
            {ACTIONS.filter((action) => action.group === group).map(({ id }) => {
              const key = keyOf(id, changes);
              const does = t(`keys.does.${id}`);
              const waiting = listening === id;
              return (
                <div key={id} className={styles.row} data-testid={`key-${id}`}>
                  <span className={styles.does}>{does}</span>
                  {changes[id] !== undefined && (
                    <IconButton label={t('keys.reset', { does })} onPress={() => change(reset(id, changes))}>
                      <RotateCcw />
                    </IconButton>
                  )}
                  <AriaButton
                    className={cx(styles.key, waiting && styles.waiting, key === '' && styles.none)}
                    aria-label={t('keys.change', { does, key: key === '' ? t('keys.none') : shown(key) })}
                    onPress={() => listen(id)}
                  >
                    {waiting ? t('keys.press') : key === '' ? '—' : shown(key)}
                  </AriaButton>
                </div>
              );
            })}
          </section>
        ))}
        <section>
          <h3 className={styles.group}>{t('keys.group.always')}</h3>
          {always.map(([key, does]) => (
            <div key={key} className={styles.row}>
              <span className={styles.does}>{does}</span>
              <kbd className={styles.still}>{key}</kbd>
            </div>
          ))}
        </section>
      </div>
    </Dialog>
  );
}
