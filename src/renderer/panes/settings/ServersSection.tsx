// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from 'react';
import { Plus, Search } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { FoundServer, ShownServer } from '../../../contract';
import { heard } from '../../keys';
import { findServers, readServers, redo, removeServer, undo, useStore, type Edit } from '../../state';
import { Button } from '../../ui';
import { AddServer, FindServers, ServerCard, toggleOf, useJob } from './servers';
import section from './ModelSection.module.css';
import styles from './ServersSection.module.css';

/** The servers whose models can be asked: finding, adding, testing, changing and removing them. */
export function ServersSection() {
  const { t } = useTranslation();
  const servers = useStore((s) => s.servers);
  const [isCurrent, setCurrent] = useState(false);
  const [isAdding, setAdding] = useState(false);
  const [found, setFound] = useState<readonly FoundServer[] | null>(null);
  const findButton = useRef<HTMLButtonElement>(null);
  const addButton = useRef<HTMLButtonElement>(null);
  const { job, isRunning, run, cancel, clear } = useJob();

  // The command line may have changed the list. Cards that appear after this are new, and take the focus.
  useEffect(() => {
    void readServers().then(() => setCurrent(true));
  }, []);

  // On the window, because the card that had the focus may just have been removed.
  useEffect(() => {
    window.addEventListener('keydown', undoRemovals, true);
    return () => window.removeEventListener('keydown', undoRemovals, true);
  }, []);

  const find = async () => {
    setFound(null);
    const servers = await run(findServers);
    if (servers) setFound(servers);
  };
  const isFindShown = job.is !== 'idle' && job.is !== 'cancelled';

  const stopFinding = () => {
    findButton.current?.focus();
    cancel();
    clear();
  };
  /** The focus goes to the server beside it. */
  const remove = (server: ShownServer) => {
    const place = servers.indexOf(server);
    const beside = servers[place + 1] ?? servers[place - 1];
    (beside ? document.getElementById(toggleOf(beside)) : addButton.current)?.focus();
    void removeServer(server.id);
  };
  const leaveForm = () => {
    addButton.current?.focus();
    setAdding(false);
  };

  return (
    <div className={section.section} data-testid="servers-section">
      <p className={section.lead}>{t('server.lead')}</p>
      <div className={styles.new}>
        <div className={section.actions}>
          <Button ref={findButton} onPress={() => !isRunning && void find()} data-testid="servers-find">
            <Search aria-hidden />
            {t('server.find')}
          </Button>
          <Button
            ref={addButton}
            aria-expanded={isAdding}
            onPress={() => setAdding(!isAdding)}
            data-testid="server-add"
          >
            <Plus aria-hidden />
            {t('server.add')}
          </Button>
        </div>
        {isFindShown && <FindServers job={job} found={found} onCancel={stopFinding} onClose={stopFinding} />}
        {isAdding && <AddServer onAdded={() => setAdding(false)} onCancel={leaveForm} />}
      </div>
      {servers.length === 0 ? (
        <div className={styles.empty} data-testid="servers-empty">
          <p>{t('server.none')}</p>
          <p className={styles.hint}>{t('server.noneHint')}</p>
        </div>
      ) : (
        <ul className={styles.list} aria-label={t('server.list')}>
          {servers.map((server) => (
            <ServerCard
              key={server.id}
              server={server}
              open={servers.length === 1}
              isNew={isCurrent}
              onRemove={() => remove(server)}
            />
          ))}
        </ul>
      )}
    </div>
  );
}

const isOfServer = (edit: Edit | undefined): boolean => edit?.kind === 'removal' && edit.what.of === 'server';

/** While Settings is open, the keys of undo and redo are for removed servers only: other edits cannot be seen. */
function undoRemovals(event: KeyboardEvent): void {
  if (event.target instanceof HTMLInputElement) return;
  const key = heard(event);
  const { past, future } = useStore.getState();
  const undoes = key === 'Mod+Z' && isOfServer(past.at(-1));
  const redoes = (key === 'Mod+Shift+Z' || key === 'Mod+Y') && isOfServer(future[0]);
  if (!undoes && !redoes) return;
  event.preventDefault();
  void (undoes ? undo() : redo());
}
