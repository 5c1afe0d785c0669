// SPDX-License-Identifier: Apache-2.0
import { attach } from './command.mjs';
import { findFfmpeg } from './ffmpeg.mjs';
import { openStage } from './index.mjs';
import { inRoot, root } from './paths.mjs';

/**
 * Runs Playwright. The tests find the binary in ELECTRON_EXEC_PATH, its switches (a JSON array) in
 * ZOETROPE_ELECTRON_FLAGS, and ffmpeg in FFMPEG_BIN. Rendering is in software, so that pictures are equal on all
 * machines.
 */
export async function runEndToEnd(electron, args = []) {
  const stage = await openStage(electron, { softwareGl: true });
  try {
    return await attach(process.execPath, [inRoot('node_modules/@playwright/test/cli.js'), 'test', ...args], {
      cwd: root,
      env: {
        ...stage.env,
        FFMPEG_BIN: findFfmpeg()?.file,
        ELECTRON_EXEC_PATH: electron,
        ZOETROPE_ELECTRON_FLAGS: JSON.stringify(stage.flags),
      },
    });
  } finally {
    await stage.close();
  }
}
