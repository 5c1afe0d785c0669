// SPDX-License-Identifier: Apache-2.0
// node scripts/with-display.mjs program args...: runs a program on the display, or on a virtual one if there is none.
import { attach } from './prepare/command.mjs';
import { startDisplay } from './prepare/display.mjs';
import { harmlessNoise } from './prepare/flags.mjs';
import { main } from './prepare/report.mjs';

main(async () => {
  const [program, ...args] = process.argv.slice(2);
  const display = await startDisplay();
  try {
    return await attach(program, args, { env: display.env, hide: harmlessNoise });
  } finally {
    await display.stop();
  }
});
