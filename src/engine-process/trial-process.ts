// SPDX-License-Identifier: Apache-2.0
/**
 * Tries devices in a separate process, because a driver may crash its process or hang.
 * Arguments: the model's folder, then devices. Prints one line of JSON before (`trying`) and one after each trial.
 */

import { Device } from '../contract';
import { readModelFolder } from '../model';
import { tryDevice } from '../runtime';

const [folder = '', ...devices] = process.argv.slice(2);
const say = (line: object): Promise<void> =>
  new Promise((done) => process.stdout.write(`${JSON.stringify(line)}\n`, () => done()));

async function run(): Promise<void> {
  const model = await readModelFolder(folder);
  for (const name of devices) {
    const device = Device.parse(name);
    await say({ trying: device });
    await say(await tryDevice(model, device));
  }
}

// Not a top-level await, because Electron waits for this module to finish. The explicit exit is needed because a
// driver's threads may keep the process running.
void run().finally(() => process.exit());
