// SPDX-License-Identifier: Apache-2.0
// npm run zoetrope -- ask|frames|views|serve|mcp|model|devices|bench ...: the command line. Only the command writes to
// standard output; preparation steps are reported on standard error, and only if they take time.
import './prepare/node-version.mjs';
import { attach } from './prepare/command.mjs';
import { findElectron } from './prepare/electron.mjs';
import { electronFlags } from './prepare/flags.mjs';
import { prepareBuild, prepareElectron, prepareModel, preparePackages, prepareSystem } from './prepare/index.mjs';
import { hasDisplay } from './prepare/display.mjs';
import { inRoot, root } from './prepare/paths.mjs';
import { createReport, main } from './prepare/report.mjs';

main(async () => {
  const args = process.argv.slice(2);
  const report = createReport({ stream: process.stderr, quiet: true });
  await preparePackages(report);
  await prepareBuild(report);
  // `model compile` itself is used to prepare the model.
  if (args[0] !== 'model') await prepareModel(report);
  // A sequence file may name scenes, and so may whoever asks about files of an allowed folder.
  const needsWindow = args.some(
    (argument) => argument === 'views' || /^--(scene|sequence|allow|files|questions)(=|$)/.test(argument),
  );
  const electron = needsWindow ? await prepareElectron(report) : findElectron()?.file;
  await prepareSystem(report, { electron: needsWindow ? electron : undefined, ffmpeg: 'wished' });

  return attach(process.execPath, [inRoot('out/main/cli.js'), ...args], {
    env: electron ? { ZOETROPE_ELECTRON_COMMAND: JSON.stringify(appCommand(electron)) } : {},
    cwd: process.env.INIT_CWD ?? process.cwd(),
    patience: Infinity,
  });
});

/** The program and arguments with which the command line starts a window to draw 3D views. */
function appCommand(electron) {
  if (hasDisplay()) return [electron, ...electronFlags(electron, { softwareGl: false }).flags, root];
  const { flags } = electronFlags(electron, { softwareGl: true });
  return [process.execPath, inRoot('scripts/with-display.mjs'), electron, ...flags, root];
}
