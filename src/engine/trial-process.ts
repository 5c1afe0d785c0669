// SPDX-License-Identifier: Apache-2.0
/**
 * Tries devices, in a process of its own, because a driver may take its process down or never come back.
 * Arguments: the model's folder, then devices. A line of JSON before each (`trying`) and after it.
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

// Not a top-level await: Electron waits for this module. And an end by hand: a driver's threads may keep the process.
void run().finally(() => process.exit());
