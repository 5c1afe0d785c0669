// SPDX-License-Identifier: Apache-2.0
// Runs electron-builder on any machine: where Electron cannot be downloaded, with the stand-in.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { run } from '../prepare/command.mjs';
import { sevenZip } from '../prepare/electron.mjs';
import { inRoot, root } from '../prepare/paths.mjs';
import { Stop } from '../prepare/report.mjs';

/**
 * @param {object} job
 * @param {{file: string, kind: string}} job.electron
 * @param {string[]} job.targets as electron-builder names them; none are those of this system
 * @param {string} job.folder where to; emptied first
 * @param {(text: string) => void} job.say
 * @returns {Promise<string[]>} the installers, with their sizes
 */
export async function pack({ electron, targets, folder, say }) {
  if (electron.kind === 'official') return build(targets, folder, {}, say);
  if (process.platform !== 'linux')
    throw new Stop('Electron could not be downloaded, and without it no package can be made.');
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'zoetrope-electron-'));
  try {
    fs.cpSync(path.dirname(electron.file), copy, { recursive: true, verbatimSymlinks: true });
    // A packaged app must not contain the program that runs unpackaged apps.
    for (const name of ['.made', 'resources/default_app.asar']) fs.rmSync(path.join(copy, name), { force: true });
    const env = {
      ZOETROPE_LOCAL_ELECTRON: copy,
      CUSTOM_FPM_PATH: inRoot('scripts/package/deb.mjs'),
      ELECTRON_BUILDER_7ZIP_PATH: await sevenZip(),
      ELECTRON_BUILDER_COMPRESSION_LEVEL: '1',
    };
    return await build(targets, folder, env, say);
  } finally {
    fs.rmSync(copy, { recursive: true, force: true });
  }
}

async function build(targets, folder, env, say) {
  fs.rmSync(folder, { recursive: true, force: true });
  const builder = inRoot('node_modules/electron-builder/cli.js');
  const args = [
    builder,
    '--config',
    'electron-builder.config.mjs',
    `-c.directories.output=${folder}`,
    '--publish',
    'never',
    ...targets,
  ];
  await run(process.execPath, args, {
    cwd: root,
    env,
    what: 'electron-builder',
    // • building        target=deb arch=x64 file=...
    onLine: (line) => say(`electron-builder: ${line.replace(/^[\s•]+/, '').replace(/\s+file=.*/, '')}`),
  });
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(ya?ml|blockmap)$/.test(entry.name))
    .map(({ name }) => `${name} (${Math.round(fs.statSync(path.join(folder, name)).size / 1e6)} MB)`);
}
