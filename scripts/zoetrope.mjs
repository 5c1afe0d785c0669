// SPDX-License-Identifier: Apache-2.0
// npm run zoetrope -- ask|frames|views|model|devices|bench ...: the command line. Standard output is the command's alone;
// whatever has to be prepared first is said on standard error, and only when it takes time.
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
  // `model compile` is itself called to prepare the model, and needs none.
  if (args[0] !== 'model') await prepareModel(report);
  // A sequence file may name scenes.
  const needsWindow = args.some((argument) => argument === 'views' || /^--(scene|sequence)(=|$)/.test(argument));
  const electron = needsWindow ? await prepareElectron(report) : findElectron()?.file;
  await prepareSystem(report, { electron: needsWindow ? electron : undefined, ffmpeg: 'wished' });

  return attach(process.execPath, [inRoot('out/main/cli.js'), ...args], {
    env: electron ? { ZOETROPE_ELECTRON_COMMAND: JSON.stringify(appCommand(electron)) } : {},
    cwd: process.env.INIT_CWD ?? process.cwd(),
    patience: Infinity,
  });
});

/** How the command line starts a window of ours to draw 3D views in. */
function appCommand(electron) {
  if (hasDisplay()) return [electron, ...electronFlags(electron, { softwareGl: false }).flags, root];
  const { flags } = electronFlags(electron, { softwareGl: true });
  return [process.execPath, inRoot('scripts/with-display.mjs'), electron, ...flags, root];
}
