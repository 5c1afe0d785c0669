// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DEVICE_NAMES, DeviceChoice, type DeviceTrial, type DeviceUse } from '../contract';
import { Devices, type StartTrials } from '../engine';
import { endsWithUs } from '../lifetime';
import { command } from './define';
import { choice } from './options';
import { appVersion, bundledModel, cacheFolder, onTerminal } from './session';
import { jsonOut, toErr, toOut } from './terminal';

const startTrials: StartTrials = (args, onLine, signal) =>
  new Promise((done, fail) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'trial.js'), ...args], {
      stdio: ['ignore', 'pipe', 'ignore'],
      signal,
      killSignal: 'SIGKILL',
    });
    endsWithUs(child);
    createInterface({ input: child.stdout }).on('line', onLine);
    child.once('error', (error) => (signal.aborted ? done('stopped') : fail(error)));
    child.once('close', (code, killed) => done(killed === null ? `exit code ${code}` : `signal ${killed}`));
  });

/**
 * Chooses the device that a model will run on. Trials are reported on a terminal only. If the requested device cannot
 * be used, this is reported everywhere.
 */
export async function deviceFor(
  folder: string,
  choice: DeviceChoice,
  options: { again?: boolean; signal?: AbortSignal } = {},
): Promise<DeviceUse> {
  const devices = new Devices(join(cacheFolder(), 'devices.json'), startTrials, appVersion());
  const onTrying = (device: keyof typeof DEVICE_NAMES): void => {
    if (onTerminal) process.stderr.write(`\r\x1b[Ktrying ${DEVICE_NAMES[device]}`);
  };
  const use = await devices.use(folder, choice, { ...options, onTrying });
  if (onTerminal) process.stderr.write('\r\x1b[K');
  if (use.reason === 'failed') toErr(`${refusal(use)} The processor answers.`);
  return use;
}

function refusal({ asked, trials }: DeviceUse): string {
  const trial = trials.find(({ device }) => device === asked);
  return asked === 'auto' || !trial ? 'The device failed.' : `${DEVICE_NAMES[asked]}: ${OUTCOMES[trial.outcome]}.`;
}

const OUTCOMES: Record<DeviceTrial['outcome'], string> = {
  right: 'works',
  wrong: 'gives wrong numbers on this machine',
  failed: 'cannot run this model',
  absent: 'is not there: no card, no driver, or its files are not installed',
  slow: 'did not come back in time',
  crashed: 'crashed when it was tried',
};

/** `zoetrope devices`: lists where a model can run on this machine. */
export const devices = (signal: AbortSignal) =>
  command('devices', 'Where a model can run on this machine; * marks the device that is used.')
    .option('--model <folder>', 'a model folder (default: the bundled one)')
    .addOption(choice('--device <d>', 'the device to use', DeviceChoice.options).default('auto'))
    .option('--again', 'try again what was tried before')
    .option('--json', 'print one object: the choice, and what came of every trial')
    .action(async ({ model, device, again, json }) => {
      const use = await deviceFor(model ?? bundledModel(), device, { again, signal });
      if (json) jsonOut(use);
      else print(use);
    });

function print(use: DeviceUse): void {
  const line = (device: keyof typeof DEVICE_NAMES, words: string): string =>
    `${use.used === device ? '*' : ' '} ${device.padEnd(7)} ${words}\n`;
  toOut(line('cpu', 'always works'));
  for (const { device, outcome, ms, cpuMs, vision, chunk } of use.trials) {
    const speed =
      ms === null || cpuMs === null ? '' : `, ${ms.toFixed(0)} ms for what takes the processor ${cpuMs.toFixed(0)} ms`;
    const limits =
      outcome !== 'right'
        ? ''
        : `${vision ? '' : '; the processor looks at pictures'}${chunk !== null && chunk < 512 ? `; reads ${chunk} tokens at a time` : ''}`;
    toOut(line(device, `${OUTCOMES[outcome]}${speed}${limits}`));
  }
}
