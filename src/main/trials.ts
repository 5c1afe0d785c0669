// SPDX-License-Identifier: Apache-2.0
import { utilityProcess } from 'electron';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { StartTrials } from '../engine';
import { childEnvironment } from './environment';
import { log } from './log';

/** Tries devices in a utility process, so that a crash or hang affects only that process. */
export const startTrials: StartTrials = (args, onLine, signal) =>
  new Promise((done) => {
    const child = utilityProcess.fork(join(import.meta.dirname, 'trial.js'), args, {
      serviceName: 'Zoetrope device trial',
      stdio: 'pipe',
      env: childEnvironment(),
    });
    if (child.stdout) createInterface({ input: child.stdout }).on('line', onLine);
    child.stderr?.on('data', (data) => log('trial', String(data)));
    const stop = (): void => void child.kill();
    signal.addEventListener('abort', stop, { once: true });
    child.once('exit', (code) => {
      signal.removeEventListener('abort', stop);
      setImmediate(() => done(`exit code ${code}`)); // after its last line has been read
    });
  });
