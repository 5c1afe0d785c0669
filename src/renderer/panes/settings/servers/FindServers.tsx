// SPDX-License-Identifier: Apache-2.0
import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { placeOf, type FoundServer, type ShownServer } from '../../../../contract';
import { addServer, useStore } from '../../../state';
import { Button, ErrorCard, IconButton, Meter } from '../../../ui';
import { useJob, type Job } from './use-job';
import { modelsWords, programWords } from './words';
import styles from './FindServers.module.css';

/** What is looked for: each program, the command that starts it, and the port that it uses if it is not told another. */
const PROGRAMS = [
  { name: 'Ollama', command: 'ollama serve', port: 11434 },
  { name: 'LM Studio', command: null, port: 1234 },
  { name: 'llama.cpp', command: 'llama-server -m model.gguf --mmproj mmproj.gguf', port: 8080 },
  { name: 'vLLM', command: 'vllm serve MODEL', port: 8000 },
  { name: 'transformers', command: 'transformers serve', port: 8000 },
  { name: 'SGLang', command: 'python -m sglang.launch_server --model-path MODEL', port: 30000 },
] as const;

interface FindServersProps {
  job: Job;
  /** Null until the search has ended. */
  found: readonly FoundServer[] | null;
  onCancel: () => void;
  onClose: () => void;
}

/** The search for servers on this computer, and what it found. */
export function FindServers({ job, found, onCancel, onClose }: FindServersProps) {
  const { t } = useTranslation();
  const isRunning = job.is === 'running';
  return (
    <div className={styles.card} role="group" aria-label={t('server.find')} data-testid="servers-found">
      <div className={styles.head}>
        <p role="status" className={styles.said}>
          {isRunning && t('server.finding')}
          {found && (found.length > 0 ? t('server.found', { count: found.length }) : t('server.foundNone'))}
        </p>
        {isRunning ? (
          <Button size="small" onPress={onCancel}>
            {t('common.cancel')}
          </Button>
        ) : (
          <IconButton label={t('common.close')} onPress={onClose}>
            <X />
          </IconButton>
        )}
      </div>
      {isRunning && <Meter label={t('server.finding')} done={0} total={0} />}
      {job.is === 'failed' && <ErrorCard error={job.error} />}
      {found?.map((server) => (
        <Found key={server.url} server={server} />
      ))}
      {found?.length === 0 && <Programs />}
    </div>
  );
}

function Found({ server }: { server: FoundServer }) {
  const { t } = useTranslation();
  const { job, isRunning, run, cancel } = useJob();
  const isListed = useStore((s) => s.servers.some((listed) => isSame(listed, server)));
  const program = programWords(server, t);
  return (
    <div className={styles.found} data-testid="server-found">
      <div className={styles.row}>
        <div className={styles.words}>
          <p className={styles.name}>{program}</p>
          <p className={styles.more}>
            {placeOf(server.url).host} · {modelsWords(server.models, t)}
          </p>
        </div>
        {isListed ? (
          <p className={styles.listed}>{t('server.listed')}</p>
        ) : (
          <Button
            size="small"
            aria-label={t(isRunning ? 'server.cancelNamed' : 'server.addNamed', { name: program })}
            onPress={isRunning ? cancel : () => void run(() => addServer({ url: server.url, name: '', key: '' }))}
          >
            {t(isRunning ? 'common.cancel' : 'server.addFound')}
          </Button>
        )}
      </div>
      {job.is === 'failed' && <ErrorCard error={job.error} />}
    </div>
  );
}

/** Whether both are the same server of this computer, whichever of its names they use for the computer. */
function isSame(listed: ShownServer, found: FoundServer): boolean {
  const portOf = (url: string) => new URL(url).port;
  return listed.loopback && portOf(listed.url) === portOf(found.url);
}

function Programs() {
  const { t } = useTranslation();
  return (
    <>
      <p className={styles.more}>{t('server.foundNoneHint')}</p>
      <table className={styles.programs}>
        <thead>
          <tr>
            <th scope="col">{t('server.program')}</th>
            <th scope="col">{t('server.start')}</th>
            <th scope="col">{t('server.port')}</th>
          </tr>
        </thead>
        <tbody>
          {PROGRAMS.map(({ name, command, port }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{command === null ? t('server.startLmStudio') : <code>{command}</code>}</td>
              <td>{port}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
