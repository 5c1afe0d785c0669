// SPDX-License-Identifier: Apache-2.0
// npm start [-- [--dev] [--check] [files...]]: from a fresh checkout to the window.
//   --check  prepare everything, start nothing
//   --dev    run from the sources; the window follows every change
import './prepare/node-version.mjs';
import path from 'node:path';
import { electronVite, forgetBuild } from './prepare/build.mjs';
import { attach } from './prepare/command.mjs';
import { harmlessNoise } from './prepare/flags.mjs';
import {
  openStage,
  prepareBuild,
  prepareElectron,
  prepareModel,
  preparePackages,
  prepareSystem,
} from './prepare/index.mjs';
import { root } from './prepare/paths.mjs';
import { createReport, main } from './prepare/report.mjs';

main(async () => {
  const { dev, check, rest } = readArguments(process.argv.slice(2));
  const report = createReport({ brief: true });
  report.line(`Zoetrope, with Node ${process.versions.node} on ${process.platform} ${process.arch}`);

  await preparePackages(report);
  const electron = await prepareElectron(report);
  await prepareSystem(report, { electron, ffmpeg: 'wished' });
  await prepareBuild(report);
  await prepareModel(report);
  if (check) {
    report.line(`Everything is ready (${report.elapsed()}). Start with: npm start`);
    return 0;
  }

  const stage = await openStage(electron);
  try {
    report.line(`Packages, ffmpeg, the build and the bundled model are ready (${report.elapsed()}).`);
    stage.reasons.forEach((reason) => report.line(reason));
    // Only the app knows whether another instance is running.
    const options = {
      cwd: root,
      env: { ...stage.env, ELECTRON_EXEC_PATH: electron, ZOETROPE_TELLS: '1' },
      hide: harmlessNoise,
    };
    if (dev) {
      forgetBuild();
      return await attach(process.execPath, [electronVite, 'dev', '--', ...stage.flags, ...rest], options);
    }
    return await attach(electron, [...stage.args, ...rest], options);
  } finally {
    await stage.close();
  }
});

/** Paths are relative to the user's folder, which npm passes on; the app reports those that do not exist. */
function readArguments(args) {
  const here = process.env.INIT_CWD ?? process.cwd();
  const rest = args
    .filter((argument) => argument !== '--dev' && argument !== '--check')
    .map((argument) => (argument.startsWith('-') ? argument : path.resolve(here, argument)));
  return { dev: args.includes('--dev'), check: args.includes('--check'), rest };
}
